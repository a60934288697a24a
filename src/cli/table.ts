import { width } from "./fitLine.ts"

/** Rows as lines, with each column as wide as its widest cell. */
export const table = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ""))))
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)))
      .join("  ")
      .trimEnd(),
  )
}

/** What is known of one thing: a name and a fact on each line. */
export const factLines = (facts: ReadonlyArray<readonly [string, string]>): ReadonlyArray<string> =>
  facts.map(([name, fact]) => `${name.padEnd(Math.max(...facts.map(([other]) => other.length)))}  ${fact}`)
