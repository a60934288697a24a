import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import { nearestName } from "../../nearestName.ts"
import { exportedFunction, isModulePath, type UserFunction } from "../modules/exportedFunction.ts"
import { userScore } from "../modules/userScore.ts"
import { CheckFailure, type CheckResult } from "./CheckResult.ts"
import { inputsOf, type JudgedAnswer } from "./JudgedAnswer.ts"
import type { Assessed, OwnAssessor } from "./OwnAssessor.ts"

/** The user's own assessors: those registered at start, and modules, each loaded once. */
export interface OwnAssessors {
  readonly ask: (name: string, answer: JudgedAnswer) => Effect.Effect<CheckResult, CheckFailure>
}

export const ownAssessors = Effect.fnUntraced(function* (
  registered: ReadonlyArray<OwnAssessor>,
): Effect.fn.Return<OwnAssessors, never, FileSystem.FileSystem | Path.Path> {
  const context = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const byName = new Map<string, UserFunction<Assessed>>(
    registered.map((own) => [own.name, (given: Assessed) => own.assess(given)] as const),
  )
  const loaded = new Map<string, UserFunction<Assessed>>()

  const find = Effect.fnUntraced(function* (name: string, directory: string) {
    const key = JSON.stringify([directory, name])
    const known = byName.get(name) ?? loaded.get(key)
    if (known !== undefined) return known
    if (!isModulePath(name)) return yield* unknown(name, [...byName.keys()])
    const assess = yield* exportedFunction<Assessed>(name, directory, {
      name: "assess",
      example: "export const assess = ({ inputs, text, outputs }) => …",
    }).pipe(
      Effect.provideContext(context),
      Effect.mapError(({ message }) => new CheckFailure({ reason: "module", message })),
    )
    loaded.set(key, assess)
    return assess
  })

  return {
    ask: Effect.fnUntraced(function* (name, { task, text, outputs, result }) {
      const assess = yield* find(name, task.settings.directory)
      const inputs = { ...task.scope.inputs, ...(yield* inputsOf(task)) }
      const { score, feedback } = yield* userScore(assess, {
        step: task.step.name,
        inputs,
        text,
        outputs,
        result,
      }).pipe(Effect.mapError(({ reason, message }) => new CheckFailure({ reason, message })))
      return score === 1 || feedback === undefined ? { score } : { score, note: feedback }
    }),
  }
})

const unknown = (name: string, registered: ReadonlyArray<string>): CheckFailure => {
  const meant = nearestName(name, registered)
  const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`
  const known =
    registered.length === 0 ? "none is" : `${registered.join(", ")} ${registered.length === 1 ? "is" : "are"}`
  return new CheckFailure({
    reason: "unknown",
    message: `no assessor of this name is registered (${known}), and it is not the path of a module.${hint}`,
  })
}
