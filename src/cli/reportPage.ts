import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { wrongInput } from "../InputError.ts"
import type { EvaluationReport } from "../services/evaluation/EvaluationReport.ts"

/** Prepares to write reports as a page: a folder that is not there is missed before an hour of measuring, not after it. */
export const reportPage = Effect.fnUntraced(function* (file: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const exists = yield* Effect.orElseSucceed(fileSystem.exists(path.dirname(path.resolve(file))), () => false)
  if (!exists) return yield* wrongInput(`--report ${file}: its folder does not exist; make it first`)
  return Effect.fnUntraced(function* (
    reports: ReadonlyArray<EvaluationReport>,
    { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
  ) {
    const { evaluationPage } = yield* Effect.promise(() => import("../services/evaluation/page/evaluationPage.ts"))
    yield* fileSystem
      .writeFileString(file, evaluationPage(reports))
      .pipe(Effect.mapError(() => wrongInput(`--report ${file}: this file cannot be written`)))
    if (!json && !quiet) yield* Console.log(`written: ${file}`)
  })
})
