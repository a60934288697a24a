import type { RunReport } from "../RunReport.ts"
import { shellWord } from "../shellWord.ts"
import type { Workflow } from "../Workflow.ts"

/** How people judge the answers of a run whose steps wait for that, a line each. */
export const feedbackLines = ({ steps }: Workflow, report: RunReport): ReadonlyArray<string> =>
  steps
    .filter(({ quality = [] }) => quality.includes("feedback"))
    .filter(({ name }) => report.steps.some((step) => step.name === name && step.executed !== null))
    .map(({ name }) => `to judge ${name}: doubletrack feedback ${report.runId} ${shellWord(name)} --score X`)

/** What becomes of the steps whose compilation was queued. */
export const queuedLines = (queued: ReadonlyArray<string>, file: string): ReadonlyArray<string> =>
  queued.length === 0
    ? []
    : [`queued: compiling a program for ${queued.join(", ")}; doubletrack optimize ${shellWord(file)} does it now`]
