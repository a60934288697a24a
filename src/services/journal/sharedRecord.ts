import process from "node:process"
import type { PipelineInput } from "../../PipelineInput.ts"
import type { HeldRun } from "./Journal.ts"
import type { SharedRun } from "./RunNote.ts"
import { recordAtEnd, type RunBeginning, type RunRecord } from "./RunRecord.ts"

/** A run of the fleet as the journal has one; null until it is begun. Relative paths start where this process is. */
export const heldRunOf = (run: SharedRun): HeldRun | null => {
  const { begun, events, holder } = run
  if (begun === null) return null
  const input = inputOf(run)
  const { budget } = run.job
  const beginning: RunBeginning = {
    input,
    ...(budget === undefined ? {} : { budget }),
    models: begun.models,
    workingDirectory: process.cwd(),
  }
  const record: RunRecord = {
    ...{ v: 1, runId: input.runId, workflow: input.workflow.name, file: null, startedAt: input.startedAt },
    ...{ status: "running", endedAt: null, latencyMs: null, costUsd: null },
  }
  const last = events.at(-1)
  return {
    record: (last === undefined ? null : recordAtEnd(record, last)) ?? record,
    beginning,
    events,
    torn: false,
    holder: holder === null ? null : { token: holder.token, process: holder, gone: true },
  }
}

/** What was submitted, with what the worker that began it put in. */
const inputOf = ({ job: { input }, begun }: SharedRun): PipelineInput => {
  if (begun === null) return input
  const { files } = input.settings
  const { startedAt, killSwitch, settings } = begun
  return { ...input, startedAt, killSwitch, settings: { ...settings, ...(files === undefined ? {} : { files }) } }
}
