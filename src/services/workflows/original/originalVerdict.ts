import { asWarning, type Finding } from "../Finding.ts"

/**
 * The findings under strict compatibility: the original's verdict first. What only we refuse is a
 * warning where the original accepts the file.
 */
export const originalVerdict = (originals: Iterable<Finding>, ours: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  for (const first of originals) return [first, ...ours.filter(({ severity }) => severity === "warning")]
  return ours.map(asWarning)
}
