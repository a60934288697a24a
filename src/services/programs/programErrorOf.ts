import type { StoreError } from "../store/StoreError.ts"
import { ProgramError } from "./ProgramStore.ts"

/** What a failure of the store means to those who want a program. */
export const programErrorOf = ({ reason, message }: StoreError): ProgramError => {
  switch (reason) {
    case "damaged":
      return new ProgramError({ reason: "damaged", message })
    case "unwritable":
    case "full":
      return new ProgramError({ reason: "unwritable", message })
    case "newer":
    case "foreign":
      return new ProgramError({ reason: "unsupported", message })
    default:
      return new ProgramError({ reason: "unreadable", message })
  }
}
