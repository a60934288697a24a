import type { StoreError } from "../store/StoreError.ts"
import { ProgramError } from "./ProgramStore.ts"

/** What a failure of the store means to those who want a program. */
export const programErrorOf = (cause: StoreError): ProgramError =>
  new ProgramError({ reason: reasonOf(cause), message: cause.message, cause })

const reasonOf = ({ reason }: StoreError): ProgramError["reason"] => {
  switch (reason) {
    case "damaged":
      return "damaged"
    case "unwritable":
    case "full":
      return "unwritable"
    case "newer":
    case "foreign":
      return "unsupported"
    default:
      return "unreadable"
  }
}
