import * as Result from "effect/Result"
import { errorAt, type Finding, type Position } from "./Finding.ts"
import type { Unreadable } from "./readWorkflowFile.ts"
import { textPosition } from "./yaml/textPosition.ts"
import { yamlDocument } from "./yaml/yamlDocument.ts"
import { offsetAt } from "./yaml/yamlPosition.ts"
import { yamlValue } from "./yaml/yamlValue.ts"

/** A document that may be a workflow: its content, and where each finding about it stands. */
export interface WorkflowSource {
  readonly file: string
  readonly value: unknown
  /** What was wrong with the document as such. With an error among them, `value` means nothing. */
  readonly findings: ReadonlyArray<Finding>
  /** What the original implementation says where there is an error among the findings. */
  readonly original: string
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
  const { document, findings: syntax } = yamlDocument(text)
  const root = document?.contents
  const isBroken = syntax.some(({ severity }) => severity === "error")
  const positionAt = textPosition(text)
  const duplicates = options.strictCompat ? "first" : "last"
  const { value, findings, targets } = yamlValue(isBroken ? null : root, { merge: !options.strictCompat, duplicates })
  return {
    file,
    value,
    findings: [...syntax, ...findings],
    original: `Failed to parse YAML: ${file}`,
    position: ({ offset, path, within, atKey = false }) => {
      const place = offset ?? offsetAt(root, path, { atKey, targets, duplicates })
      const inside = within === undefined ? -1 : text.indexOf(within, place)
      return positionAt(inside < 0 ? place : inside)
    },
  }
}

/** A file that could not be read as text. */
export const sourceOfUnreadable = (
  file: string,
  { finding, original, position = start }: Unreadable,
): WorkflowSource => ({
  file,
  value: null,
  findings: [finding],
  original,
  position: () => position,
})

/** A workflow written in TypeScript: only its JSON counts, and it has no lines. */
export const sourceOfValue = (workflow: unknown): WorkflowSource => {
  const file = "<workflow>"
  const json = Result.try((): unknown => JSON.parse(JSON.stringify({ workflow: workflow ?? null })))
  if (Result.isSuccess(json)) return { file, value: json.success, findings: [], original: "", position: () => start }
  const message = "The workflow is not plain data: it contains itself, or a value that JSON lacks."
  return sourceOfUnreadable(file, { finding: errorAt(["workflow"], message), original: message })
}
