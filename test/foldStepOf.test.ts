import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import fc from "fast-check"
import { expect, test } from "vitest"
import { foldStepOf } from "../src/foldStepOf.ts"
import type { RunEvent } from "../src/RunEvent.ts"
import { defaultRoutingPolicy } from "../src/RoutingPolicy.ts"
import type { AnyEvent } from "../src/services/events/EventSource.ts"
import { ExperimentFold } from "../src/services/experiments/ExperimentFold.ts"
import { StepOutcomes } from "../src/services/feedback/StepOutcomes.ts"
import { Store } from "../src/services/store/Store.ts"
import type { SystemEvent } from "../src/SystemEvent.ts"

const subjectOf = (step: string) => ({
  workflow: "triage",
  step,
  signatureHash: "s",
  programId: "prog-1",
  traditionalHash: "t",
  model: "m/m",
  assessor: "feedback",
  delayed: step === "draft",
  prior: null,
  compilationCostUsd: null,
})

/** What one node of a fleet reports. */
const anyOutcome = fc.record({
  step: fc.constantFrom("classify", "draft"),
  unit: fc.option(fc.nat(30).map((number) => `user-${number}`)),
  optimized: fc.boolean(),
  quality: fc.constantFrom(0, 0.5, 1),
  answered: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.constant(false)),
  feedback: fc.option(fc.constantFrom(0, 0.5, 1)),
  latencyMs: fc.nat(5000),
})
type Outcome = (typeof anyOutcome extends fc.Arbitrary<infer A> ? A : never) & { readonly number: number }

const endOf = ({ number, step, unit, optimized, quality, answered, latencyMs }: Outcome): RunEvent => {
  const subject = subjectOf(step)
  const usage = { tokens: { input: 10, output: 5 }, costUsd: 0.001 * (1 + (number % 7)) }
  const judged = answered && !subject.delayed ? { quality } : {}
  const failure = answered ? {} : { failure: { reason: "timeout" as const, message: "late" } }
  const arm = { answered, latencyMs, usage, ...judged, ...failure }
  const assigned = optimized ? ("optimized" as const) : ("traditional" as const)
  const at = new Date(Date.UTC(2026, 0, 1) + 1000 * number).toISOString()
  return {
    _tag: "StepCompleted",
    v: 1,
    id: `event-${number}`,
    scope: "run",
    runId: `run-${number}`,
    seq: 3,
    at,
    node: `node-${number % 3}`,
    workflow: "triage",
    step,
    path: step,
    assigned,
    executed: assigned,
    fellBack: false,
    latencyMs,
    usage,
    observation: { subject, policy: defaultRoutingPolicy, unit, assigned, share: 0.5, [assigned]: arm },
  }
}

/** What somebody says of it later, on a node that knows how it was counted. */
const feedbackOn = (
  end: Extract<RunEvent, { readonly _tag: "StepCompleted" }>,
  { number, feedback: score }: Outcome,
): ReadonlyArray<SystemEvent> => {
  const { observation, runId, path, step } = end
  const arm = observation.assigned === "both" ? undefined : observation[observation.assigned]
  if (score === null || arm === undefined || !arm.answered || observation.subject?.delayed !== true) return []
  const said: SystemEvent = {
    _tag: "FeedbackReceived",
    v: 1,
    id: `feedback-${number}`,
    scope: "system",
    at: end.at,
    node: "node-9",
    workflow: "triage",
    step,
    feedback: `f-${number}`,
    ofRun: runId,
    score,
    counted: true,
    judgement: {
      path,
      observation: { ...observation, [observation.assigned]: { ...arm, quality: score } },
      rounding: 0.5,
      epoch: 1,
    },
  }
  // Two nodes may be told the same; only the first word counts.
  return number % 4 === 0 ? [said, { ...said, id: `${said.id}-again`, score: 1 - score }] : [said]
}

const eventsOf = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<AnyEvent> => {
  const ends = outcomes.map(endOf)
  const later = outcomes.flatMap((outcome, index) => {
    const end = ends[index]
    return end?._tag === "StepCompleted" ? feedbackOn(end, outcome) : []
  })
  return [...ends, ...later]
}

/** A node with its own store. */
const node = <A, E>(effect: Effect.Effect<A, E, ExperimentFold | StepOutcomes | Store>): Promise<A> =>
  Effect.runPromise(
    effect.pipe(
      Effect.provide(
        Layer.mergeAll(ExperimentFold.layer, StepOutcomes.layer).pipe(
          Layer.provideMerge(Store.layerMemory),
          Layer.provide(NodeServices.layer),
        ),
      ),
    ),
  )

const stream = "2026-01-01T00:00:00Z"

const begin = Effect.gen(function* () {
  const fold = yield* ExperimentFold
  yield* fold.replace({ v: 1, position: { stream, sequence: 0 }, experiments: [], units: {}, judged: {} })
})

/** Takes in the messages from one place of the stream to another. */
const foldRange = (events: ReadonlyArray<AnyEvent>, from: number, to: number) =>
  Effect.gen(function* () {
    const fold = yield* ExperimentFold
    const stepOf = foldStepOf(yield* StepOutcomes)
    const steps = events.slice(from, to).flatMap((event, index) => stepOf(event, from + index + 1) ?? [])
    return yield* fold.fold({ stream, after: from, through: to }, steps)
  })

const bytes = Store.use((store) => store.collection("experiments").list())

const anyHistory = fc
  .array(anyOutcome, { minLength: 1, maxLength: 120 })
  .map((outcomes) => eventsOf(outcomes.map((outcome, number) => ({ ...outcome, number }))))

test("experiments do not depend on how the stream came in pieces, was read twice, or was joined from a snapshot", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyHistory,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (events, cuts, joinedAt) => {
        const total = events.length
        const places = [...new Set([0, ...cuts.map((cut) => Math.floor(cut * total)), total])].toSorted((a, b) => a - b)
        const snapshotAt = Math.floor(joinedAt * total)

        const whole = await node(Effect.andThen(begin, Effect.andThen(foldRange(events, 0, total), bytes)))
        const pieces = await node(
          Effect.gen(function* () {
            yield* begin
            for (const [index, to] of places.entries()) {
              // Every piece begins anew at the piece before: what is in already is left out.
              yield* foldRange(events, places[Math.max(0, index - 2)] ?? 0, to)
            }
            return yield* bytes
          }),
        )
        const snapshot = await node(
          Effect.andThen(
            begin,
            Effect.andThen(
              foldRange(events, 0, snapshotAt),
              ExperimentFold.use((fold) => fold.state),
            ),
          ),
        )
        const joined = await node(
          Effect.gen(function* () {
            const fold = yield* ExperimentFold
            if (snapshot !== null) yield* fold.replace(snapshot)
            yield* foldRange(events, snapshotAt, total)
            return yield* bytes
          }),
        )

        expect(pieces).toEqual(whole)
        expect(joined).toEqual(whole)
      },
    ),
    { numRuns: 40, seed: 5 },
  )
})

test("feedback counts once, whoever says it where", async () => {
  const outcome = {
    step: "draft" as const,
    unit: null,
    optimized: true,
    quality: 0 as const,
    answered: true,
    latencyMs: 5,
  }
  const events = eventsOf([{ ...outcome, feedback: 1, number: 4 }])

  const [experiment] = await node(
    Effect.gen(function* () {
      yield* begin
      yield* foldRange(events, 0, events.length)
      return (yield* ExperimentFold.use((fold) => fold.state))?.experiments ?? []
    }),
  )

  expect(events).toHaveLength(3)
  expect(experiment!.tracks.optimized).toMatchObject({ n: 1, judged: 1, quality: 1 })
})

test("nothing is folded in where messages are missing before it", async () => {
  const folded = await node(Effect.andThen(begin, foldRange([], 5, 6)))

  expect(folded).toBeNull()
})

test("nothing is folded in where the experiments are another stream's", async () => {
  const events = eventsOf([
    { step: "draft", unit: null, optimized: true, quality: 0, answered: true, latencyMs: 5, feedback: null, number: 1 },
  ])

  const folded = await node(foldRange(events, 0, 1))

  expect(folded).toBeNull()
})
