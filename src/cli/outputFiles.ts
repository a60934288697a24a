import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import process from "node:process"
import type { RunOptions } from "../Run.ts"
import type { Settings } from "../Settings.ts"
import type { LoadedWorkflow } from "../Workflow.ts"

/** Where steps write their answers, by step name, relative to the working directory. */
export type OutputFiles = ReadonlyMap<string, string>

/** The output files of a workflow; one whose name is made up by a template is left out. */
export const findOutputFiles = Effect.fnUntraced(function* (
  loaded: LoadedWorkflow,
  options: RunOptions,
  settings: Settings,
) {
  const path = yield* Path.Path
  const { runSettings } = yield* Effect.promise(() => import("../prepareRun.ts"))
  const { outputDir } = runSettings(loaded, options, settings)
  const files: OutputFiles = new Map(
    loaded.workflow.steps.flatMap(({ name, output_to_file }) =>
      output_to_file === undefined || output_to_file.includes("{{")
        ? []
        : [[name, path.relative(process.cwd(), path.resolve(outputDir, output_to_file))]],
    ),
  )
  return files
})
