import { nearestName } from "../nearestName.ts"

/** ` (did you mean "x"?)` in the middle of a message, or nothing. */
export const didYouMean = (name: string, known: ReadonlyArray<string>): string => {
  const near = nearestName(name, known)
  return near === undefined ? "" : ` (did you mean "${near}"?)`
}
