import { errorAt, type DocumentPath, type Finding } from "../Finding.ts"
import { isAbsent, isMap, textOf, valueOf } from "../rawValue.ts"

/** An error that the original returns. */
export const original = (path: DocumentPath, message: string): Finding => errorAt(path, `Invalid workflow: ${message}`)

/** Where the original raises instead of returning an error. */
export const originalCrash = (path: DocumentPath): Finding =>
  errorAt(
    path,
    "Invalid workflow: this value has a shape on which pipeline_ex crashes. Leave out --strict-compat to see what is wrong.",
  )

/** Whether the original can ask a value for a key. */
export const isAccessible = (value: unknown): boolean => isAbsent(value) || isMap(value)

/** A name as the original puts it into a message. */
export const nameIn = (step: unknown): string => textOf(valueOf(step, "name"))
