import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** A module of the user's that cannot be used: it is not there, cannot be loaded, or lacks what it is to export. */
export class ModuleError extends Schema.TaggedError<ModuleError>()("ModuleError", { message: Schema.String }) {}

/** Whether a name is the path of a module. */
export const isModulePath = (name: string): boolean => /[/\\]|\.[cm]?[jt]s$/.test(name)

/** A function of the user's, about which nothing more is known. */
export type UserFunction<Given> = (given: Given) => unknown

export interface Wanted {
  /** The name that the function is exported by, and how one is written. */
  readonly name: string
  readonly example: string
}

/** The function that a module exports by a name. A relative path starts at `directory`. */
export const exportedFunction = Effect.fnUntraced(function* <Given>(
  module: string,
  directory: string,
  wanted: Wanted,
): Effect.fn.Return<UserFunction<Given>, ModuleError, FileSystem.FileSystem | Path.Path> {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.resolve(directory, module)
  if (!(yield* Effect.orElseSucceed(fileSystem.exists(file), () => false))) {
    return yield* new ModuleError({ message: `there is no such module in ${directory}` })
  }
  const url = yield* Effect.orDie(path.toFileUrl(file))
  const loaded: unknown = yield* Effect.tryPromise({
    try: () => import(url.href),
    catch: (error) => new ModuleError({ message: `this module cannot be loaded: ${messageOf(error)}` }),
  })
  const exported = Predicate.hasProperty(loaded, wanted.name) ? loaded[wanted.name] : undefined
  if (isFunction<Given>(exported)) return exported
  return yield* new ModuleError({
    message: `this module exports no function \`${wanted.name}\`: ${wanted.example}`,
  })
})

const isFunction = <Given>(value: unknown): value is UserFunction<Given> => typeof value === "function"

/** What a thrown value says. */
export const messageOf = (error: unknown): string =>
  Result.getOrElse(
    Result.try(() => (error instanceof Error ? `${error.message}` : String(error))),
    () => "something that cannot be printed",
  )
