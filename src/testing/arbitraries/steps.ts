import fc from "fast-check"
import type { Condition } from "../../Condition.ts"
import type { StepDspyConfig } from "../../DspyConfig.ts"
import type { PromptPart } from "../../PromptPart.ts"
import type { QualityCheck } from "../../QualityCheck.ts"
import type { Step } from "../../Step.ts"
import { anySignature } from "./signatures.ts"

/** What steps answer and what conditions ask for. */
export const anyWord = fc.constantFrom("yes", "no", "refund", "delivery", "42")

const anyPrompt = (earlier: ReadonlyArray<string>): fc.Arbitrary<ReadonlyArray<PromptPart>> => {
  const text = fc
    .constantFrom("Read this: {{inputs.message}}", "Be brief.", "Answer with one word.")
    .map((content): PromptPart => ({ type: "static", content }))
  const previous = (step: string): PromptPart => ({ type: "previous_response", step })
  const any = earlier.length === 0 ? text : fc.oneof(text, fc.constantFrom(...earlier).map(previous))
  return fc.array(any, { minLength: 1, maxLength: 3 })
}

/** Says something about earlier steps; the first step has nothing to ask. */
const anyCondition = (earlier: ReadonlyArray<string>): fc.Arbitrary<Condition> => {
  if (earlier.length === 0) return fc.constant(true)
  const comparison = fc
    .record({ step: fc.constantFrom(...earlier), operator: fc.constantFrom("==", "!="), word: anyWord })
    .map(({ step, operator, word }) => `${step}.text ${operator} '${word}'`)
  return fc.oneof(
    { weight: 4, arbitrary: comparison },
    fc.boolean(),
    fc.record({ not: comparison }),
    fc.record({ and: fc.array(comparison, { minLength: 1, maxLength: 2 }) }),
    fc.record({ or: fc.array(comparison, { minLength: 1, maxLength: 2 }) }),
  )
}

const anyChecks = fc.uniqueArray(
  fc.constantFrom<QualityCheck>(
    { length: { max: 200, unit: "words" } },
    { keywords: ["refund", "delivery"], match: "any" },
    { llm_judge: { rubric: "It answers the message." }, weight: 2 },
  ),
  { minLength: 1, maxLength: 2 },
)

/** The scores of people stand alone. */
const anyQuality: fc.Arbitrary<ReadonlyArray<QualityCheck>> = fc.oneof(
  { weight: 3, arbitrary: anyChecks },
  fc.constant<ReadonlyArray<QualityCheck>>(["feedback"]),
)

/** Steps that wait do so for 50 ms at most. */
const anyDspyConfig: fc.Arbitrary<StepDspyConfig> = fc.oneof(
  fc.record(
    {
      optimization_enabled: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
      fallback_strategy: fc.constantFrom("traditional", "cached_best_effort", "schedule_and_execute", "error"),
    },
    { requiredKeys: [] },
  ),
  fc.record({ fallback_strategy: fc.constant("wait_and_retry" as const), max_wait_time: fc.nat(50) }),
)

/** Most steps of them have a signature: without one there is nothing to route. */
const anyModelStep = (name: string, earlier: ReadonlyArray<string>): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 3, arbitrary: modelStep(name, earlier, ["signature"]) },
    { weight: 2, arbitrary: modelStep(name, earlier, []) },
  )

const modelStep = (
  name: string,
  earlier: ReadonlyArray<string>,
  required: ReadonlyArray<"signature">,
): fc.Arbitrary<Step> =>
  fc.record(
    {
      name: fc.constant(name),
      type: fc.constantFrom("claude", "claude_smart", "claude_robust", "claude_extract", "claude_session", "gemini"),
      prompt: anyPrompt(earlier),
      condition: anyCondition(earlier),
      execution_mode: fc.constantFrom("traditional", "dspy_optimized", "hybrid"),
      signature: anySignature(earlier),
      dspy_config: anyDspyConfig,
      quality: anyQuality,
    },
    { requiredKeys: ["name", "type", "prompt", ...required] },
  )

/** A step that asks several models at once, and one that asks none. */
const anyOtherStep = (name: string, earlier: ReadonlyArray<string>): fc.Arbitrary<Step> =>
  fc.oneof(
    fc.record({
      name: fc.constant(name),
      type: fc.constant("parallel_claude"),
      parallel_tasks: fc.array(fc.record({ prompt: anyPrompt(earlier) }), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      name: fc.constant(name),
      type: fc.constant("set_variable"),
      variables: fc.record({ tone: anyWord, attempts: fc.nat(9) }),
    }),
  )

/** A step of this name that may ask for the answers of these steps. */
export const anyStep = (name: string, earlier: ReadonlyArray<string>): fc.Arbitrary<Step> =>
  fc.oneof({ weight: 5, arbitrary: anyModelStep(name, earlier) }, anyOtherStep(name, earlier))
