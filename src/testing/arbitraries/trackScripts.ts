import fc from "fast-check"
import type { Track } from "../../ExecutionMode.ts"
import type { FailureReason } from "../../StepFailure.ts"
import type { Usage } from "../../Usage.ts"
import type { CallScript, TrackScript } from "../TrackScript.ts"
import { anyWord } from "./steps.ts"

/** In parts of a dollar that binary numbers hold exactly: sums are the same in whatever order they are made. */
const anyCostUsd = fc.option(
  fc.nat(20_000).map((part) => part / 2 ** 20),
  { freq: 12 },
)

export const anyUsage: fc.Arbitrary<Usage> = fc.record({
  tokens: fc.record({ input: fc.nat(4000), output: fc.nat(1000) }),
  costUsd: anyCostUsd,
})

const anyCall: fc.Arbitrary<CallScript> = fc.record({
  model: fc.constantFrom("anthropic/claude-sonnet-5", "openai/gpt-5-mini"),
  latencyMs: fc.nat(3000),
  usage: anyUsage,
})

const reasons: { readonly [track in Track]: ReadonlyArray<FailureReason> } = {
  traditional: ["model_failed", "timeout", "invalid_answer", "authentication", "budget_exceeded", "output_unwritable"],
  optimized: [
    "dspy_unavailable",
    "optimization_failed",
    "timeout",
    "invalid_answer",
    "defect",
    "authentication",
    "configuration",
    "budget_exceeded",
  ],
}

const answers: fc.Arbitrary<TrackScript> = fc
  .record({
    failedCalls: fc.array(anyCall, { maxLength: 2 }),
    answered: anyCall,
    text: anyWord,
    quality: fc.integer({ min: 0, max: 20 }).map((twentieths) => twentieths / 20),
    judging: anyCall,
  })
  .map(({ failedCalls, answered, ...ending }) => ({
    calls: [...failedCalls.map(withError), answered],
    ending: { _tag: "Answers", ...ending },
  }))

/** A track that was not reached has called nobody. */
const fails = (track: Track): fc.Arbitrary<TrackScript> =>
  fc
    .record({
      reason: fc.constantFrom(...reasons[track]),
      calls: fc.array(anyCall, { minLength: 1, maxLength: 3 }),
    })
    .map(({ reason, calls }) => ({
      calls: reason === "dspy_unavailable" ? [] : calls.map(withError),
      ending: { _tag: "Fails", reason },
    }))

const withError = (call: CallScript): CallScript => ({ ...call, error: "the provider failed (status 503)" })

/** Whatever a track can make of a step; most of the time an answer. */
export const anyTrackScript = (track: Track): fc.Arbitrary<TrackScript> =>
  fc.oneof({ weight: 4, arbitrary: answers }, fails(track))
