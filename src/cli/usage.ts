import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type { NonShowHelpErrors } from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import type { HelpDoc } from "effect/cli/HelpDoc"
import { nearestName } from "../nearestName.ts"

/** Says what is wrong with a command line in a line each, instead of with a page of help. Help itself keeps its colours. */
export const usagePresenter: CliOutput.Presenter = {
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Console.error(usageText(event.commandPath, event.errors, event.helpDoc))
      : Effect.provideService(CliOutput.defaultPresenter.present(event), Console.Console, globalThis.console),
}

/** What is wrong with the command line, what was probably meant, and where to read more. */
export const usageText = (
  commandPath: ReadonlyArray<string>,
  errors: ReadonlyArray<NonShowHelpErrors>,
  help: HelpDoc,
): string => {
  const command = commandPath.join(" ")
  const unknownCommand = errors.find(({ _tag }) => _tag === "UnknownSubcommand")
  const shown = unknownCommand === undefined ? errors : [unknownCommand]
  return [...shown.map((error) => `${command}: ${messageOf(error, help)}`), `See ${command} --help.`].join("\n")
}

const messageOf = (error: NonShowHelpErrors, help: HelpDoc): string => {
  switch (error._tag) {
    case "UnrecognizedOption":
      return `there is no flag ${error.option}${meant(error.option, flagNames(help))}`
    case "UnknownSubcommand":
      return `there is no command "${error.subcommand}"${meant(error.subcommand, commandNames(help), error.suggestions)}`
    case "MissingOption":
      return `--${error.option} is missing`
    case "MissingArgument":
      return `${error.argument} is missing`
    case "UnexpectedArgument":
      return `nothing to do with ${error.arguments.map((argument) => JSON.stringify(argument)).join(", ")}`
    case "InvalidValue":
      return invalidValue(error)
    default:
      return error.message
  }
}

const invalidValue = (error: Extract<NonShowHelpErrors, { _tag: "InvalidValue" }>): string => {
  const name = error.kind === "flag" ? `--${error.option}` : error.option
  const expected = error.expected
    .replace(/^Expected:? /, "")
    .replaceAll('"', "")
    .replaceAll(" | ", ", ")
  if (error.value === "") return `${name} needs a value: ${expected}`
  if (error.value.endsWith(" occurrences")) return `${name} is given more than once`
  return `${name} "${error.value}": expected ${expected}${meant(error.value, expected.split(", "))}`
}

const flagNames = (help: HelpDoc): ReadonlyArray<string> =>
  [...help.flags, ...(help.inheritedFlags ?? []), ...(help.globalFlags ?? [])].map(({ name }) => `--${name}`)

const commandNames = (help: HelpDoc): ReadonlyArray<string> =>
  (help.subcommands ?? []).flatMap(({ commands }) => commands.map(({ name }) => name))

const meant = (name: string, known: ReadonlyArray<string>, [suggested]: ReadonlyArray<string> = []): string => {
  const nearest = suggested ?? nearestName(name, known)
  return nearest === undefined || nearest === name ? "" : `; did you mean ${nearest}?`
}
