import fc from "fast-check"
import type { RunEvent } from "../../RunEvent.ts"
import type { WorkflowInput } from "../../Workflow.ts"
import { recordRun } from "../recordRun.ts"
import type { RunScript, StepScript } from "../RunScript.ts"
import { anyProgramFacts } from "./programFacts.ts"
import { anyDraw, anyUnit } from "./routeFacts.ts"
import { anyTrackScript } from "./trackScripts.ts"
import { anyWorkflow } from "./workflows.ts"

const anyStepScript: fc.Arbitrary<StepScript> = fc.record({
  program: anyProgramFacts,
  draw: anyDraw,
  gatheringMs: fc.nat(20),
  traditional: anyTrackScript("traditional"),
  optimized: anyTrackScript("optimized"),
  rescue: anyTrackScript("optimized"),
})

const someDayMs = Date.UTC(2026, 0, 1)

const anyRun = (workflow: WorkflowInput, number: number): fc.Arbitrary<RunScript> => {
  const count = workflow.steps.length
  return fc
    .record({
      startedMs: fc.nat(60_000).map((ms) => someDayMs + ms),
      mode: fc.constantFrom("traditional", "dspy_optimized", "hybrid", "hybrid", undefined),
      killSwitch: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, fc.constant(true)),
      unit: anyUnit,
      seed: fc.nat(1000),
      steps: fc.array(anyStepScript, { minLength: count, maxLength: count }),
      cancelledAt: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, fc.nat(2 * count)),
    })
    .map(({ startedMs, steps, cancelledAt, ...rest }) => ({
      node: `node${number}`,
      steps,
      cancelledAt,
      input: {
        ...rest,
        runId: `run-${number}`,
        startedAt: new Date(startedMs).toISOString(),
        workflow,
        inputs: { message: "Where is my parcel?" },
        stepModes: {},
        settings: { directory: ".", outputDir: "outputs", strictCompat: false, stepTimeoutMs: 300_000 },
      },
    }))
}

/** Where a run is interrupted, as a part of its history: seldom at all. */
const anyInterruption = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
)

/** The history of a run that goes as the script says; of one that was interrupted, what came before and after. */
const anyHistory = (script: RunScript): fc.Arbitrary<ReadonlyArray<RunEvent>> =>
  anyInterruption.map((place) => {
    const unbroken = recordRun(script)
    if (place === null) return unbroken
    return recordRun(script, unbroken.slice(0, 1 + Math.floor(place * (unbroken.length - 1))))
  })

/** What becomes of one run. */
export const anyRunScript: fc.Arbitrary<RunScript> = anyWorkflow.chain((workflow) => anyRun(workflow, 1))

/** The whole history of one run, whatever became of it. */
export const anyRunEvents: fc.Arbitrary<ReadonlyArray<RunEvent>> = anyRunScript.chain(anyHistory)

/** The histories of up to six runs of one workflow, begun within a minute, as somebody sees them who watches all. */
export const anyTraffic: fc.Arbitrary<ReadonlyArray<RunEvent>> = anyWorkflow.chain((workflow) =>
  fc
    .integer({ min: 1, max: 6 })
    .chain((count) =>
      fc.tuple(...Array.from({ length: count }, (_, index) => anyRun(workflow, index + 1).chain(anyHistory))),
    )
    .map((runs) => runs.flat().toSorted((a, b) => (a.id < b.id ? -1 : 1))),
)
