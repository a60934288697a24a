import * as Schema from "effect/Schema"
import fc from "fast-check"
import { Json } from "../../../src/Json.ts"
import type { Field, Signature } from "../../../src/Signature.ts"
import type { Step } from "../../../src/Step.ts"
import type { Workflow } from "../../../src/Workflow.ts"

const text = fc.string({ unit: "grapheme", maxLength: 20 })
/** The key `__proto__` is left out on loading. */
const json = fc
  .jsonValue({ maxDepth: 2 })
  .filter((value) => !JSON.stringify(value).includes("__proto__"))
  .map((value) => Schema.decodeUnknownSync(Json)(value))
const name = text.map((each) => each.trim()).filter((each) => each !== "" && each !== "__proto__")

const field = (fieldName: string): fc.Arbitrary<Field> =>
  fc.oneof(
    fc.record(
      {
        name: fc.constant(fieldName),
        type: fc.constantFrom("string", "number", "integer", "boolean", "array", "object"),
        description: text,
        optional: fc.constant(true),
        schema: fc.constantFrom({}, { type: "array", items: { type: "string" } }),
        template: text,
      },
      { requiredKeys: ["name", "type"] },
    ),
    fc
      .uniqueArray(name, { minLength: 1, maxLength: 3 })
      .map(([first = "", ...rest]): Field => ({ name: fieldName, type: "enum", values: [first, ...rest] })),
  )

const signature: fc.Arbitrary<Signature> = fc
  .tuple(name, fc.uniqueArray(name, { minLength: 2, maxLength: 4 }))
  .chain(([instructions, [input = "", output = "", ...more]]) =>
    fc
      .tuple(field(input), field(output), fc.tuple(...more.map(field)))
      .map(([first, second, others]) => ({ instructions, inputs: [first], outputs: [second, ...others] })),
  )

const prompt = (steps: ReadonlyArray<string>): fc.Arbitrary<Step["prompt"] & {}> =>
  fc.array(
    fc.oneof(
      fc.record({ type: fc.constant("static"), content: text }),
      fc.record({ type: fc.constant("file"), path: text }),
      fc.record({ type: fc.constant("claude_continue"), session_id: text }),
      fc.record(
        {
          type: fc.constant("previous_response"),
          step: fc.constantFrom(...steps),
          extract: text,
          strict: fc.boolean(),
        },
        { requiredKeys: ["type", "step"] },
      ),
    ),
    { maxLength: 3 },
  )

const condition = fc.oneof(
  text,
  fc.boolean(),
  fc.record({ not: text }),
  fc.record({ and: fc.array(text) }),
  fc.array(text),
)

const limits = fc.record(
  { usd: fc.double({ min: 0, max: 100, noNaN: true }), tokens: fc.nat(), calls: fc.nat() },
  { requiredKeys: [] },
)

const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 })
const weight = fc.double({ min: 0.001, max: 1000, noNaN: true })
const quality = fc.oneof(
  fc.constant(["feedback" as const]),
  fc.array(
    fc.oneof(
      fc.constant("llm_judge" as const),
      fc.record({ llm_judge: fc.record({ rubric: word, model: word }, { requiredKeys: [] }) }),
      fc.record({ keywords: fc.tuple(word, word), match: fc.constantFrom("all", "any"), weight }),
      fc.record({ length: fc.record({ min: fc.nat(9), max: fc.integer({ min: 9, max: 99 }) }), weight }),
      fc.record({ similarity: word, weight }),
      fc.record({ assess: word }),
    ),
    { minLength: 1, maxLength: 3 },
  ),
)

const step = (own: string, steps: ReadonlyArray<string>): fc.Arbitrary<Step> =>
  fc.record(
    {
      name: fc.constant(own),
      type: fc.constantFrom("claude", "gemini", "claude_smart"),
      prompt: prompt(steps),
      condition,
      output_to_file: text,
      execution_mode: fc.constantFrom("traditional", "dspy_optimized", "hybrid"),
      signature,
      dspy_config: fc.record({ few_shot_examples: fc.nat(), cache_enabled: fc.boolean() }, { requiredKeys: [] }),
      budget: limits,
      quality,
      anything: json,
    },
    { requiredKeys: ["name", "type", "prompt"] },
  )

/** Workflows in the normal form that loading gives them. */
export const workflowArbitrary: fc.Arbitrary<Workflow> = fc
  .tuple(name, fc.uniqueArray(name, { minLength: 1, maxLength: 3 }))
  .chain(([own, names]) =>
    fc.record(
      {
        name: fc.constant(own),
        steps: fc
          .tuple(...names.map((each) => step(each, names)))
          .map(([first, ...rest]): Workflow["steps"] => [first ?? { name: "a", type: "claude" }, ...rest]),
        global_vars: fc.dictionary(name, json, { maxKeys: 2 }),
        defaults: fc.record({ output_dir: text }, { requiredKeys: [] }),
        dspy_config: fc.record({ optimization_enabled: fc.boolean(), training_size: fc.nat() }, { requiredKeys: [] }),
        hybrid_config: fc.record(
          {
            mode: fc.constantFrom("hybrid", "evaluation"),
            performance_threshold: fc.double({ min: 0, max: 1, noNaN: true }),
            budget: fc.record({ run: limits, step: limits }, { requiredKeys: [] }),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ["name", "steps"] },
    ),
  )
