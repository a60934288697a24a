import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import { formatProblem, type Problem } from "../../Problem.ts"
import { Settings } from "../../Settings.ts"
import { nearestName } from "../../nearestName.ts"
import type { SettingsSource } from "./SettingsSource.ts"

/** A problem and the one line that shows it. */
export interface SettingProblem {
  readonly problem: Problem
  readonly line: string
}

/** Everything wrong with what one source says, with what would be right. */
export const settingProblems = (source: SettingsSource): ReadonlyArray<SettingProblem> => {
  const decoded = decode(source.values)
  if (Result.isSuccess(decoded)) return []
  return format(decoded.failure.issue).issues.map(({ message, path }) => {
    const keys = (path ?? []).map((segment) => String(typeof segment === "object" ? segment.key : segment))
    const problem: Problem = {
      ...source.place(keys),
      path: keys.join("."),
      message: message === unknownKey ? unknownKeyMessage(keys) : message.replace(/^Expected/, "expected"),
      severity: "error",
    }
    return { problem, line: lineOf(problem, source) }
  })
}

const decode = Schema.decodeUnknownResult(Settings, { errors: "all", onExcessProperty: "error", reportInput: true })

const unknownKey = "unknown key"

const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) => (issue._tag === "UnexpectedKey" ? unknownKey : SchemaIssue.defaultLeafHook(issue)),
})

const unknownKeyMessage = (path: ReadonlyArray<string>): string => {
  const key = path.at(-1) ?? ""
  const known = knownKeys(path.slice(0, -1))
  const nearest = nearestName(key, known)
  return `there is no setting "${key}"${
    nearest === undefined ? `; there are ${known.join(", ")}` : `; did you mean "${nearest}"?`
  }`
}

/** The keys that the schema has at a path; none inside a record, where every name is a key. */
const knownKeys = (parent: ReadonlyArray<string>): ReadonlyArray<string> => {
  const found = parent.reduce<SchemaAST.AST | undefined>((ast, key) => {
    if (ast === undefined || !SchemaAST.isObjects(ast)) return undefined
    const property = ast.propertySignatures.find(({ name }) => name === key)
    return property?.type ?? ast.indexSignatures[0]?.type
  }, SchemaAST.toEncoded(Settings.ast))
  return found !== undefined && SchemaAST.isObjects(found)
    ? found.propertySignatures.map(({ name }) => String(name))
    : []
}

const lineOf = (problem: Problem, source: SettingsSource): string =>
  source.lines
    ? formatProblem(problem)
    : `${problem.file}: ${problem.message}${problem.path === "" ? "" : ` (${problem.path})`}`
