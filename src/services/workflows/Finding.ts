/** Where in a document: keys and list indices from the root. */
export type DocumentPath = ReadonlyArray<string | number>

/** A place in a text, both from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Something to say about a place in a document, before the place has a line and a column. */
export interface Finding {
  readonly path: DocumentPath
  readonly message: string
  /** What to append to the message; made only for problems that are shown, as looking for likely names takes time. */
  readonly hint?: () => string
  readonly severity: "error" | "warning"
  /** Whether the key is meant rather than its value. */
  readonly atKey?: boolean
  /** A part of the value's text, where that part rather than its beginning is meant. */
  readonly within?: string
  /** Offset in the text, where the finding belongs to a place that the path cannot name. */
  readonly offset?: number
}

export const errorAt = (path: DocumentPath, message: string): Finding => ({ path, message, severity: "error" })

export const warningAt = (path: DocumentPath, message: string): Finding => ({ path, message, severity: "warning" })

export const warningAtKey = (path: DocumentPath, message: string): Finding => ({
  ...warningAt(path, message),
  atKey: true,
})

/** The same finding as a warning: said, but no reason to refuse the file. */
export const asWarning = (finding: Finding): Finding => ({ ...finding, severity: "warning" })

/** `workflow.steps[2].prompt[0].content`; keys that are not plain words stand in brackets and quotes. */
export const formatPath = (path: DocumentPath): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`
    if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(part)) return `${text}[${JSON.stringify(part)}]`
    return text === "" ? part : `${text}.${part}`
  }, "")
