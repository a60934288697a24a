import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { InputError } from "../InputError.ts"
import { JsonObject } from "../Json.ts"
import { formatProblem, type Problem } from "../Problem.ts"
import { parseJsonText } from "../services/settings/jsonText.ts"

/**
 * The inputs of each run that is asked for: one run unless a file holds several objects, as a JSON
 * array or as JSONL. What `--input k=v` says wins over the file, in every run.
 */
export const readInputs = Effect.fnUntraced(function* (options: {
  readonly pairs: ReadonlyArray<string>
  readonly file: string | undefined
}) {
  const said = yield* Effect.fromResult(parsePairs(options.pairs))
  const read: Inputs = options.file === undefined ? { runs: [{}], many: false } : yield* readFile(options.file)
  const inputs: Inputs = { ...read, runs: read.runs.map((run) => ({ ...run, ...said })) }
  return inputs
})

export interface Inputs {
  readonly runs: ReadonlyArray<JsonObject>
  /** Whether the inputs were written as a list, be it of one. */
  readonly many: boolean
}

const readFile = Effect.fnUntraced(function* (file: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const text = yield* fileSystem
    .readFileString(file)
    .pipe(Effect.mapError((error) => refuse([wrong(file, unreadable(error.reason._tag))], withoutPosition)))
  return yield* Effect.fromResult(parseInputs(text.replace(/^\uFEFF/, ""), file))
})

const unreadable = (reason: string): string =>
  reason === "NotFound" ? "there is no such file of inputs" : "this file of inputs cannot be read"

/** The inputs in the text of a `.json` file, or of a `.jsonl` or `.ndjson` one. */
export const parseInputs = (text: string, file: string): Result.Result<Inputs, InputError> =>
  /\.(jsonl|ndjson)$/i.test(file) ? parseLines(text, file) : parseWhole(text, file)

const parseWhole = (text: string, file: string): Result.Result<Inputs, InputError> =>
  Result.flatMap(parseJsonText(text, file), ({ value, place }) => {
    const many = Array.isArray(value)
    const items: ReadonlyArray<unknown> = many ? value : [value]
    if (items.length === 0) return Result.fail(refuse([wrong(file, "there are no inputs in it")], withoutPosition))
    const misplaced = items.flatMap((item, index) =>
      isJsonObject(item) ? [] : [{ ...wrong(file, notAnObject(item)), ...place(many ? [index] : []) }],
    )
    return misplaced.length > 0
      ? Result.fail(refuse(misplaced))
      : Result.succeed({ runs: items.filter(isJsonObject), many })
  })

const parseLines = (text: string, file: string): Result.Result<Inputs, InputError> => {
  const runs: Array<JsonObject> = []
  const problems: Array<Problem> = []
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue
    const decoded = decodeLine(line)
    if (Result.isFailure(decoded)) problems.push({ ...wrong(file, "this line is not JSON"), line: index + 1 })
    else if (isJsonObject(decoded.success)) runs.push(decoded.success)
    else problems.push({ ...wrong(file, notAnObject(decoded.success)), line: index + 1 })
  }
  if (problems.length > 0) return Result.fail(refuse(problems))
  return runs.length === 0
    ? Result.fail(refuse([wrong(file, "there are no inputs in it")], withoutPosition))
    : Result.succeed({ runs, many: true })
}

const decodeLine = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))

const isJsonObject = (value: unknown): value is JsonObject => !Array.isArray(value) && Schema.is(JsonObject)(value)

const notAnObject = (value: unknown): string => {
  const found = value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`
  return `inputs are an object of names and values, such as {"message": "…"}; this is ${found}`
}

const parsePairs = (pairs: ReadonlyArray<string>): Result.Result<JsonObject, InputError> => {
  const wrongPairs = pairs.filter((pair) => !/^[^=\s]+=/.test(pair))
  if (wrongPairs.length > 0) {
    return Result.fail(
      refuse(
        wrongPairs.map((pair) =>
          wrong(`--input ${pair}`, "expected a name and a value, such as --input message=Hello"),
        ),
        withoutPosition,
      ),
    )
  }
  return Result.succeed(
    Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)])),
  )
}

const wrong = (file: string, message: string): Problem => ({
  file,
  line: 1,
  column: 1,
  path: "",
  message,
  severity: "error",
})

const refuse = (problems: ReadonlyArray<Problem>, line: (problem: Problem) => string = formatProblem): InputError =>
  new InputError({ message: problems.map(line).join("\n"), problems })

/** For what has no line worth showing: a flag, a file that is not there. */
const withoutPosition = ({ file, message }: Problem): string => `${file}: ${message}`
