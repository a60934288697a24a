import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import { InputError } from "../../InputError.ts"
import { formatProblem, type Problem } from "../../Problem.ts"
import type { LoadedWorkflow, Workflow } from "../../Workflow.ts"
import { type CheckedSource, type CheckRules, checkSource } from "./checkSource.ts"
import { readWorkflowFile } from "./readWorkflowFile.ts"
import { sourceOfUnreadable, sourceOfText, sourceOfValue } from "./WorkflowSource.ts"

export interface LoadOptions {
  /** Accept and refuse what the original implementation accepts and refuses, in its words. Default false. */
  readonly strictCompat?: boolean
  /** Step types that the embedding program registered, besides those of the format. */
  readonly stepTypes?: ReadonlyArray<string>
}

export interface CheckOptions extends LoadOptions {
  /** Also say what is legal but probably not meant. Default false. */
  readonly strict?: boolean
}

/** What `doubletrack validate` says of one file. */
export interface CheckReport {
  readonly file: string
  readonly valid: boolean
  readonly problems: ReadonlyArray<Problem>
}

/** Workflows: read from YAML or taken from a program, checked as a whole, and in one normal form. */
export class Workflows extends Context.Service<
  Workflows,
  {
    /** Fails with every problem of the file at once. Warnings come with the workflow. */
    readonly load: (file: string, options?: LoadOptions) => Effect.Effect<LoadedWorkflow, InputError>
    /** Checks a workflow written in TypeScript; `directory` is where its relative paths start. */
    readonly fromValue: (
      input: typeof Workflow.Encoded,
      directory: string,
      options?: LoadOptions,
    ) => Effect.Effect<LoadedWorkflow, InputError>
    /** Says everything about a file, and never fails. */
    readonly check: (file: string, options?: CheckOptions) => Effect.Effect<CheckReport>
  }
>()("doubletrack/services/workflows/Workflows") {
  static readonly layer = Layer.effect(
    Workflows,
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const path = yield* Path.Path

      const checkFile = (file: string, rules: CheckRules): Effect.Effect<CheckedSource> =>
        readWorkflowFile(fileSystem, file).pipe(
          Effect.map((text) => sourceOfText(file, text, rules)),
          Effect.catch((unreadable) => Effect.succeed(sourceOfUnreadable(file, unreadable))),
          Effect.map((source) => checkSource(source, rules)),
        )

      return Workflows.of({
        load: Effect.fn("Workflows.load")(function* (file, options = {}) {
          const { workflow, problems } = yield* checkFile(file, withDefaults(options))
          if (workflow === undefined) return yield* refused(problems)
          return { workflow, file, directory: path.dirname(path.resolve(file)), warnings: problems }
        }),
        fromValue: Effect.fn("Workflows.fromValue")(function* (input, directory, options = {}) {
          const { workflow, problems } = checkSource(sourceOfValue(input), withDefaults(options))
          if (workflow === undefined) return yield* refused(problems)
          return { workflow, directory, warnings: problems }
        }),
        check: Effect.fn("Workflows.check")(function* (file, { strict = false, ...options } = {}) {
          const { workflow, problems } = yield* checkFile(file, { ...withDefaults(options), strict })
          return { file, valid: workflow !== undefined, problems }
        }),
      })
    }),
  )
}

const withDefaults = ({ strictCompat = false, stepTypes = [] }: LoadOptions): CheckRules => ({
  strict: false,
  strictCompat,
  stepTypes,
})

const refused = (problems: ReadonlyArray<Problem>): InputError =>
  new InputError({ problems, message: problems.map(formatProblem).join("\n") })
