import fc from "fast-check"
import type { Field, Signature } from "../../Signature.ts"

const anyOutput: fc.Arbitrary<Field> = fc.oneof(
  fc.constant<Field>({ name: "label", type: "enum", values: ["yes", "no", "refund", "delivery"] }),
  fc.record({
    name: fc.constantFrom("summary", "amount", "urgent"),
    type: fc.constantFrom("string", "number", "boolean"),
    description: fc.constantFrom("in a few words", "as the message says"),
  }),
)

/** Signatures of steps; their inputs are the run's `message` and what earlier steps answered. */
export const anySignature = (earlier: ReadonlyArray<string>): fc.Arbitrary<Signature> =>
  fc
    .record({
      instructions: fc.constantFrom("Classify the message.", "Extract what is asked for.", "Answer the customer."),
      context: earlier.length === 0 ? fc.constant(null) : fc.option(fc.constantFrom(...earlier), { freq: 2 }),
      first: anyOutput,
      second: fc.option(anyOutput, { freq: 2 }),
    })
    .map(({ instructions, context, first, second }) => ({
      instructions,
      inputs: [{ name: "message", type: "string" }, ...(context === null ? [] : [fromStep(context)])],
      outputs: [first, ...(second === null || second.name === first.name ? [] : [second])],
    }))

const fromStep = (step: string): Field => ({
  name: "context",
  type: "string",
  optional: true,
  template: `{{steps.${step}.text}}`,
})
