import { isDeepStrictEqual } from "node:util"
import * as Effect from "effect/Effect"
import type { InputError } from "./InputError.ts"
import type { HeldRun } from "./services/journal/Journal.ts"
import type { LoadedWorkflow, Workflow } from "./Workflow.ts"

/** Reads a workflow's file as it is now. */
export type LoadFile = (
  file: string,
  options: { readonly strictCompat: boolean },
) => Effect.Effect<LoadedWorkflow, InputError>

/** What the file of a run's workflow says otherwise than when the run was begun. A file that cannot be read any more is said on the log. */
export const changesSince = (
  { record: { file, runId }, beginning: { input } }: HeldRun,
  load: LoadFile,
): Effect.Effect<ReadonlyArray<string>> => {
  if (file === null) return Effect.succeed([])
  return load(file, { strictCompat: input.settings.strictCompat }).pipe(
    Effect.map(({ workflow }) => differences(input.workflow, workflow)),
    Effect.catch(() =>
      Effect.as(
        Effect.logWarning(`${file} cannot be run any more; run ${runId} goes on with the workflow as it was begun.`),
        [],
      ),
    ),
  )
}

/** Names of steps that are other, new or gone, and keys of the workflow that are. */
export const differences = (before: Workflow, after: Workflow): ReadonlyArray<string> => [
  ...differing(byName(before), byName(after)),
  ...differing({ ...before, steps: null }, { ...after, steps: null }),
]

const byName = ({ steps }: Workflow) => Object.fromEntries(steps.map((step) => [step.name, step]))

const differing = (before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>) =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !isDeepStrictEqual(asJson(before[key]), asJson(after[key])),
  )

const asJson = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)))
