import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type ActorRefFrom, createActor, fromPromise } from "xstate"
import type { FallbackStrategy } from "../../src/DspyConfig.ts"
import type { Comparison } from "../../src/machines/chooseOutcome.ts"
import { pipelineMachine } from "../../src/machines/pipeline.ts"
import { stepMachine } from "../../src/machines/step.ts"
import type { StepInput } from "../../src/machines/stepContext.ts"
import type { Outcome } from "../../src/Outcome.ts"
import type { RouteFacts } from "../../src/Route.ts"
import type { RunFact } from "../../src/RunEvent.ts"
import type { StepTask } from "../../src/StepTask.ts"
import { anyRouteFacts } from "../../src/testing/arbitraries/routeFacts.ts"
import { pipelineInput } from "./pipelineScript.ts"
import { answered, unanswered } from "./stepScript.ts"

const outcome = (track: "traditional" | "optimized"): fc.Arbitrary<Outcome> =>
  fc.constantFrom(
    answered(track, 0.8),
    answered(track),
    unanswered(track, "timeout"),
    unanswered(track, "defect"),
    unanswered(track, "authentication"),
  )

/** What every kind of work does, in whatever order it is finished. */
const work = fc.record({
  facts: anyRouteFacts,
  traditional: outcome("traditional"),
  optimized: outcome("optimized"),
  rescue: outcome("optimized"),
  delivered: outcome("traditional"),
  strategy: fc.constantFrom<FallbackStrategy>("traditional", "wait_and_retry", "error"),
  breaks: fc.constantFrom("", "facts", "traditional", "optimized", "tracks", "rescue", "delivery"),
})

const inputWith = (fallback_strategy: FallbackStrategy) => {
  const input = pipelineInput(["one", "two"])
  return { ...input, workflow: { ...input.workflow, hybrid_config: { fallback_strategy } } }
}

const terminal = ({ _tag }: RunFact) => ["RunCompleted", "RunFailed", "RunCancelled"].includes(_tag)
const started = ({ _tag }: RunFact) => _tag === "StepStarted"
const endedStep = ({ _tag }: RunFact) => ["StepCompleted", "StepFailed"].includes(_tag)

describe("a run", () => {
  it("ends once and loses no outcome, however work, failures and cancels interleave", async () => {
    await fc.assert(
      fc.asyncProperty(work, fc.boolean(), fc.scheduler(), async (does, cancels, scheduler) => {
        const recorded: Array<RunFact> = []
        const perform = <T>(label: string, value: T): Promise<T> =>
          scheduler.schedule(does.breaks === label ? Promise.reject(new Error(label)) : Promise.resolve(value), label)
        const step = stepMachine.provide({
          actors: {
            gatherFacts: fromPromise<RouteFacts, StepInput>(() => perform("facts", does.facts)),
            runTraditional: fromPromise(() => perform("traditional", does.traditional)),
            runOptimized: fromPromise(() => perform("optimized", does.optimized)),
            compareTracks: fromPromise<Comparison, StepTask>(() =>
              perform("tracks", { traditional: does.traditional, optimized: does.optimized }),
            ),
            rescueOptimized: fromPromise(() => perform("rescue", does.rescue)),
            deliver: fromPromise(() => perform("delivery", does.delivered)),
          },
          actions: { record: (_, facts) => recorded.push(...facts) },
        })
        const pipeline = pipelineMachine.provide({
          actors: { step },
          actions: { record: (_, facts) => recorded.push(...facts) },
        })
        const actor = createActor(pipeline, { input: inputWith(does.strategy) })
        const ended = new Promise<void>((resolve) => actor.subscribe({ complete: resolve, error: () => resolve() }))

        actor.start()
        actor.send({ type: "START" })
        if (cancels) void scheduler.schedule(Promise.resolve(), "cancel").then(() => cancel(actor))
        await scheduler.waitFor(ended)
        await scheduler.waitIdle()

        expect(recorded[0]?._tag).toBe("RunStarted")
        expect(recorded.filter(terminal)).toHaveLength(1)
        expect(recorded.findIndex(terminal)).toBe(recorded.length - 1)
        const open = recorded.filter(started).length - recorded.filter(endedStep).length
        expect(open).toBe(recorded.at(-1)?._tag === "RunCancelled" ? 1 : 0)
        const spent = recorded.filter(endedStep).reduce((sum, fact) => sum + cost(fact), 0)
        if (open === 0) expect(cost(recorded.at(-1)!)).toBeCloseTo(spent, 10)
      }),
      { numRuns: 300 },
    )
  })
})

const cost = (fact: RunFact): number => ("usage" in fact ? (fact.usage.costUsd ?? 0) : 0)

const cancel = (actor: ActorRefFrom<typeof pipelineMachine>) => {
  if (actor.getSnapshot().status === "active") actor.send({ type: "CANCEL" })
}
