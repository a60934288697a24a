import { createActor, fromPromise, toPromise } from "xstate"
import type { Comparison } from "../../src/machines/chooseOutcome.ts"
import { stepMachine } from "../../src/machines/step.ts"
import type { StepInput } from "../../src/machines/stepContext.ts"
import type { Answered, Unanswered } from "../../src/Outcome.ts"
import type { RouteFacts } from "../../src/Route.ts"
import type { RunFact } from "../../src/RunEvent.ts"
import { type FailureReason, StepFailure } from "../../src/StepFailure.ts"
import type { Track } from "../../src/ExecutionMode.ts"
import { defaultRoutingPolicy } from "../../src/RoutingPolicy.ts"
import { hybridFacts } from "../../src/testing/hybridFacts.ts"

/** A step with a signature, as the pipeline machine would start it. */
export const stepInput = (change: Partial<StepInput> = {}, condition?: string): StepInput => ({
  task: {
    runId: "run-1",
    workflow: "w",
    path: "classify",
    step: {
      name: "classify",
      type: "claude",
      signature: {
        instructions: "",
        inputs: [{ name: "a", type: "string" }],
        outputs: [{ name: "b", type: "string" }],
      },
      ...(condition === undefined ? {} : { condition }),
    },
    scope: { inputs: {}, results: {}, variables: {}, globalVars: {}, run: { id: "run-1", startedAt: "" } },
    settings: { directory: ".", outputDir: "outputs", strictCompat: false, stepTimeoutMs: 1000 },
  },
  modes: { workflow: { mode: "hybrid", source: "workflow" } },
  fallback: { enabled: true, strategy: "traditional", maxWaitMs: 1000, sideEffects: false },
  routing: defaultRoutingPolicy,
  unit: null,
  seed: 1,
  ...change,
})

const usage = (costUsd: number) => ({ tokens: { input: 10, output: 5 }, costUsd })

export const answered = (track: Track, quality?: number): Answered => ({
  _tag: "Answered",
  track,
  usage: usage(track === "traditional" ? 0.002 : 0.003),
  latencyMs: track === "traditional" ? 10 : 20,
  result: { success: true, text: track },
  ...(quality === undefined ? {} : { quality }),
})

export const unanswered = (track: Track, reason: FailureReason): Unanswered => ({
  _tag: "Unanswered",
  track,
  usage: usage(0.001),
  latencyMs: 5,
  failure: new StepFailure({ reason, message: `${track}: ${reason}` }),
})

/** Everything that the step machine's actors may report, by the id of the invocation. */
export const reports = {
  facts: [
    { ...hybridFacts, mode: "traditional" },
    { ...hybridFacts, mode: "dspy_optimized" },
    { ...hybridFacts, mode: "dspy_optimized", programId: null },
    hybridFacts,
  ] satisfies ReadonlyArray<RouteFacts>,
  traditional: [answered("traditional"), unanswered("traditional", "model_failed")],
  optimized: [
    answered("optimized"),
    unanswered("optimized", "optimization_failed"),
    unanswered("optimized", "authentication"),
  ],
  tracks: [
    { traditional: answered("traditional", 0.5), optimized: answered("optimized", 0.9) },
    { traditional: answered("traditional"), optimized: unanswered("optimized", "timeout") },
    { traditional: unanswered("traditional", "model_failed"), optimized: unanswered("optimized", "timeout") },
  ] satisfies ReadonlyArray<Comparison>,
  delivery: [answered("traditional"), unanswered("traditional", "output_unwritable")],
  rescue: [
    answered("optimized"),
    unanswered("optimized", "dspy_unavailable"),
    unanswered("optimized", "authentication"),
  ],
  fallback: [answered("traditional"), unanswered("traditional", "model_failed")],
} as const

export type InvocationId = keyof typeof reports

/** What each invocation does: report a value, break, or wait for ever. */
export type Script = { readonly [Id in InvocationId]?: { readonly value: unknown } | { readonly error: Error } }

/** A live actor of the step machine whose work follows the script; records what it reports. */
export const liveStep = (input: StepInput, script: Script) => {
  const recorded: Array<RunFact> = []
  const inputs: Partial<Record<InvocationId, unknown>> = {}
  const play = (
    id: InvocationId,
    { signal, input: given }: { readonly signal: AbortSignal; readonly input: unknown },
  ) =>
    new Promise<never>((resolve, reject) => {
      inputs[id] = given
      const act = script[id]
      if (act === undefined) signal.addEventListener("abort", () => reject(signal.reason))
      else if ("error" in act) reject(act.error)
      else resolve(act.value as never)
    })
  const machine = stepMachine.provide({
    actors: {
      gatherFacts: fromPromise<RouteFacts, StepInput>((start) => play("facts", start)),
      runTraditional: fromPromise((start) => play(start.self.id as InvocationId, start)),
      runOptimized: fromPromise((start) => play("optimized", start)),
      compareTracks: fromPromise((start) => play("tracks", start)),
      rescueOptimized: fromPromise((start) => play("rescue", start)),
      deliver: fromPromise((start) => play("delivery", start)),
    },
    actions: { record: (_, facts) => recorded.push(...facts) },
  })
  const actor = createActor(machine, { input })
  actor.subscribe({ error: () => {} })
  return { actor, recorded, inputs, ended: toPromise(actor) }
}
