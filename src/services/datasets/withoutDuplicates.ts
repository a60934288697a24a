import { canonicalJson } from "../../canonicalJson.ts"
import type { Problem } from "../../Problem.ts"
import type { DatasetExample } from "./Dataset.ts"

/**
 * The examples whose inputs no earlier one has, with a warning for those left out: one for all that only repeat, one for
 * each that gives another answer to the same question.
 */
export const withoutDuplicates = (examples: ReadonlyArray<DatasetExample>, file: string) => {
  const first = new Map<string, DatasetExample>()
  const repeated: Array<DatasetExample> = []
  const disagreeing: Array<DatasetExample> = []
  for (const example of examples) {
    const earlier = first.get(inputKey(example))
    if (earlier === undefined) first.set(inputKey(example), example)
    else if (canonicalJson(earlier.outputs) === canonicalJson(example.outputs)) repeated.push(example)
    else disagreeing.push(example)
  }
  const lineOf = (example: DatasetExample) => first.get(inputKey(example))?.line ?? example.line
  return {
    examples: [...first.values()],
    duplicates: repeated.length + disagreeing.length,
    problems: [
      ...repeatedWarning(repeated, file, lineOf),
      ...disagreeing.map((example) =>
        warning(
          file,
          example.line,
          `this row has the inputs of line ${lineOf(example)} and another answer; line ${lineOf(example)} counts`,
        ),
      ),
    ],
  }
}

/** Tells examples with the same inputs. */
export const inputKey = ({ inputs }: Pick<DatasetExample, "inputs">): string => canonicalJson(inputs).normalize("NFC")

const repeatedWarning = (
  [first, ...others]: ReadonlyArray<DatasetExample>,
  file: string,
  lineOf: (example: DatasetExample) => number,
): ReadonlyArray<Problem> => {
  if (first === undefined) return []
  const more = others.length === 0 ? "" : `, as ${others.length === 1 ? "is" : "are"} ${linesText(others)}`
  return [warning(file, first.line, `this row repeats line ${lineOf(first)} and is left out${more}`)]
}

/** `line 3`, or `lines 3, 4, 7`, cut where there are many. */
export const linesText = (examples: ReadonlyArray<DatasetExample>): string =>
  (examples.length === 1 ? "line " : "lines ") +
  examples
    .slice(0, 10)
    .map(({ line }) => line)
    .join(", ") +
  (examples.length > 10 ? ", …" : "")

const warning = (file: string, line: number, message: string): Problem => ({
  file,
  line,
  column: 1,
  path: "",
  message,
  severity: "warning",
})
