import * as Result from "effect/Result"
import { errorAt, type Finding } from "./Finding.ts"
import { yamlDocument } from "./yaml/yamlDocument.ts"
import { offsetAt } from "./yaml/yamlPosition.ts"
import { yamlValue } from "./yaml/yamlValue.ts"

/** A place in a text, both from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A document that may be a workflow: its content, and where each finding about it stands. */
export interface WorkflowSource {
  readonly file: string
  readonly value: unknown
  /** What was wrong with the document as such. With an error among them, `value` means nothing. */
  readonly findings: ReadonlyArray<Finding>
  readonly position: (finding: Finding) => Position
}

const start: Position = { line: 1, column: 1 }

/**
 * Reads YAML. Merge keys (`<<`) are expanded and the last of equal keys counts; under strict
 * compatibility, as in the original, they are not and it is the first.
 */
export const sourceOfText = (
  file: string,
  text: string,
  options: { readonly strictCompat: boolean },
): WorkflowSource => {
  const { document, lines, findings: syntax } = yamlDocument(text)
  const root = document?.contents
  const isBroken = syntax.some(({ severity }) => severity === "error")
  const duplicates = options.strictCompat ? "first" : "last"
  const { value, findings, targets } = yamlValue(isBroken ? null : root, { merge: !options.strictCompat, duplicates })
  return {
    file,
    value,
    findings: [...syntax, ...findings],
    position: ({ offset, path, atKey = false }) => {
      const { line, col } = lines.linePos(
        Math.min(offset ?? offsetAt(root, path, { atKey, targets, duplicates }), text.length),
      )
      return { line: Math.max(1, line), column: Math.max(1, col) }
    },
  }
}

/** A file that could not be read as text. */
export const sourceOfFinding = (file: string, finding: Finding): WorkflowSource => ({
  file,
  value: null,
  findings: [finding],
  position: () => start,
})

/** A workflow written in TypeScript: only its JSON counts, and it has no lines. */
export const sourceOfValue = (workflow: unknown): WorkflowSource => {
  const file = "<workflow>"
  const json = Result.try((): unknown => JSON.parse(JSON.stringify({ workflow: workflow ?? null })))
  return Result.isSuccess(json)
    ? { file, value: json.success, findings: [], position: () => start }
    : sourceOfFinding(
        file,
        errorAt(["workflow"], "The workflow is not plain data: it contains itself, or a value that JSON lacks."),
      )
}
