import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { FeedbackOptions } from "./giveFeedback.ts"
import { type InputError, wrongInput } from "./InputError.ts"
import { expectedProblems } from "./services/feedback/expectedProblems.ts"
import { Journal } from "./services/journal/Journal.ts"

/** Refuses outputs that nothing could ever be learned from, where the journal knows the signature of the step. */
export const checkExpected = Effect.fnUntraced(function* ({
  runId,
  step: name,
  expected,
}: FeedbackOptions): Effect.fn.Return<void, InputError, Journal> {
  if (expected === undefined) return
  const run = yield* Effect.option(Journal.use((journal) => journal.read(runId)))
  const steps = Option.match(run, { onNone: () => [], onSome: ({ beginning }) => beginning.input.workflow.steps })
  const signature = steps.find((step) => step.name === name)?.signature
  const problems = signature === undefined ? [] : expectedProblems(expected, signature)
  if (problems.length > 0) {
    return yield* wrongInput(problems.map((problem) => `expected outputs of step "${name}": ${problem}`).join("\n"))
  }
})
