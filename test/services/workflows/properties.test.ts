import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { stringify } from "yaml"
import type { Workflow } from "../../../src/Workflow.ts"
import { type CheckRules, checkSource } from "../../../src/services/workflows/checkSource.ts"
import { originalErrors } from "../../../src/services/workflows/original/originalErrors.ts"
import { formatStepTypes, keysOfOptions, keysOfStepType } from "../../../src/services/workflows/stepKeys.ts"
import { sourceOfText } from "../../../src/services/workflows/WorkflowSource.ts"
import { promptPartTypes, workflowKeys } from "../../../src/services/workflows/workflowKeys.ts"
import { workflowArbitrary } from "./workflowArbitrary.ts"

const check = (text: string, rules: Partial<CheckRules> = {}) => {
  const all = { strict: false, strictCompat: false, stepTypes: [], ...rules }
  return checkSource(sourceOfText("p.yaml", text, all), all)
}

const rules = fc.record({ strict: fc.boolean(), strictCompat: fc.boolean() })

/** Text made of what YAML gives a meaning to. */
const yamlish = fc
  .array(
    fc.constantFrom(
      ..."workflow: |name: |steps: |type: |prompt: |claude|\n|  |    |- |{|}|[|]|,|: |? |&a |*a|<<: |'|\"|>|!t |#|---|...|%|@|\t|\r\n|~|1|é".split(
        "|",
      ),
      "|",
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(""))

const expectPlacesInside = (
  text: string,
  problems: ReadonlyArray<{ readonly line: number; readonly column: number }>,
) => {
  const lines = text.split("\n")
  for (const { line, column } of problems) {
    expect(line).toBeGreaterThanOrEqual(1)
    expect(line).toBeLessThanOrEqual(lines.length)
    expect(column).toBeGreaterThanOrEqual(1)
    expect(column).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1)
  }
}

/** Values as old pipelines have them: right, wrong and absent ones under the keys of the format. */
const anyValue = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, 0, 1, "", "a", "b", "{{a}}", [], {}) },
  fc.jsonValue({ maxDepth: 2 }),
)
const part = fc.oneof(
  fc.record(
    {
      type: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...promptPartTypes) }, anyValue),
      content: anyValue,
      path: anyValue,
      step: fc.oneof(fc.constantFrom("a", "b"), anyValue),
      session_id: anyValue,
      strict: anyValue,
      extract: anyValue,
    },
    { requiredKeys: ["type", "content", "path", "step"] },
  ),
  anyValue,
)
const optionKeys = [
  ...new Set([...formatStepTypes.flatMap((type) => keysOfStepType(type) ?? []), ...Object.keys(keysOfOptions)]),
]
const ours = [
  "name",
  "type",
  "prompt",
  "signature",
  "dspy_signature",
  "dspy_config",
  "budget",
  "quality",
  "execution_mode",
]
const legacyKeys = optionKeys.filter((key) => !ours.includes(key))
const legacyStep = fc
  .tuple(
    fc.record(
      {
        name: fc.oneof({ weight: 6, arbitrary: fc.constantFrom("a", "b", 1, "") }, anyValue),
        type: fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...formatStepTypes) }, anyValue),
        prompt: fc.oneof({ weight: 4, arbitrary: fc.array(part, { maxLength: 2 }) }, anyValue),
      },
      { requiredKeys: ["name", "type"] },
    ),
    fc.dictionary(fc.constantFrom(...legacyKeys), anyValue, { maxKeys: 4 }),
  )
  .map(([step, rest]) => ({ ...rest, ...step }))
const legacyWorkflow = fc
  .tuple(
    fc.dictionary(
      fc.constantFrom(
        ...workflowKeys.filter((key) => !["name", "steps", "dspy_config", "hybrid_config"].includes(key)),
      ),
      anyValue,
      { maxKeys: 3 },
    ),
    fc.oneof({ weight: 9, arbitrary: fc.constant("x") }, anyValue),
    fc.oneof(
      {
        weight: 9,
        arbitrary: fc.array(fc.oneof({ weight: 19, arbitrary: legacyStep }, anyValue), { minLength: 1, maxLength: 2 }),
      },
      anyValue,
    ),
  )
  .map(([rest, name, steps]) => ({ workflow: { ...rest, name, steps } }))

describe("any text", () => {
  it("gets a verdict, and problems that lie in it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), yamlish), rules, (text, how) => {
        const { problems, workflow } = check(text, how)

        expect(problems.some(({ severity }) => severity === "error")).toBe(workflow === undefined)
        expectPlacesInside(text, problems)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe("any YAML value", () => {
  it("gets a verdict, and problems that lie in it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), legacyWorkflow), rules, (value, how) => {
        const text = stringify(value)

        const { problems } = check(text, how)

        expectPlacesInside(text, problems)
      }),
      { numRuns: 500 },
    )
  })

  it("is valid whenever the original accepts it, and under strict compatibility only then", () => {
    fc.assert(
      fc.property(legacyWorkflow, (value) => {
        const text = stringify(value, { aliasDuplicateObjects: false })
        const accepted = [...originalErrors(value)].length === 0

        const compatible = check(text, { strictCompat: true })

        expect(compatible.workflow !== undefined).toBe(accepted)
        if (accepted) expect(check(text).problems.filter(({ severity }) => severity === "error")).toEqual([])
      }),
      { numRuns: 1_500 },
    )
  })
})

/** As YAML; a key that would mean a merge is quoted, as a person has to. */
const written = (value: object): string =>
  stringify(value, { defaultKeyType: JSON.stringify(value).includes('"<<":') ? "QUOTE_DOUBLE" : null })

const withMergeKey: Workflow = {
  name: "merge",
  steps: [{ name: "ask", type: "claude", prompt: [] }],
  global_vars: { given: { "<<": false } },
}

describe("any workflow", () => {
  it("is the same after it was written as YAML and loaded", () => {
    fc.assert(
      fc.property(workflowArbitrary, (workflow) => {
        const { workflow: loaded, problems } = check(written({ workflow }))

        expect(problems.filter(({ severity }) => severity === "error")).toEqual([])
        expect(loaded).toEqual(workflow)
      }),
      { numRuns: 300, examples: [[withMergeKey]] },
    )
  })
})
