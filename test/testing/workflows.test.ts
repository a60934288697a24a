import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { missingInputs } from "../../src/language/missingInputs.ts"
import { checkSource } from "../../src/services/workflows/checkSource.ts"
import { sourceOfValue } from "../../src/services/workflows/WorkflowSource.ts"
import { anyWorkflow } from "../../src/testing/index.ts"

const rules = { strict: true, strictCompat: false, stepTypes: [] }

describe("the workflows to test with", () => {
  it("have nothing wrong with them, not even by the strict rules", () => {
    fc.assert(
      fc.property(anyWorkflow, (workflow) => {
        const checked = checkSource(sourceOfValue(workflow), rules)

        expect(checked.problems).toEqual([])
        expect(checked.workflow?.steps).toHaveLength(workflow.steps.length)
      }),
    )
  })

  it("ask nothing of a run but a message", () => {
    fc.assert(
      fc.property(anyWorkflow, (workflow) => {
        const { workflow: checked } = checkSource(sourceOfValue(workflow), rules)

        expect(missingInputs(checked?.steps ?? [], { message: "Where is my parcel?" })).toEqual([])
      }),
    )
  })

  it("are of all sorts", () => {
    const workflows = fc.sample(anyWorkflow, { numRuns: 300, seed: 1 })
    const steps = workflows.flatMap((workflow) => workflow.steps)

    expect(new Set(workflows.map((workflow) => workflow.steps.length))).toEqual(new Set([1, 2, 3, 4, 5]))
    expect(new Set(steps.map(({ type }) => type)).size).toBe(8)
    expect(steps.filter(({ condition }) => typeof condition === "string").length).toBeGreaterThan(50)
    expect(steps.filter(({ signature }) => signature !== undefined).length).toBeGreaterThan(200)
  })
})
