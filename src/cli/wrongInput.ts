import { InputError } from "../InputError.ts"

/** The command line is wrong in a way that its syntax does not show; the process exits with 2. */
export const wrongInput = (message: string): InputError => new InputError({ message, problems: [] })
