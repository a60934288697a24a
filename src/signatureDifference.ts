import type { Field, Signature } from "./Signature.ts"
import { signatureHash } from "./signatureHash.ts"

/**
 * What tells two signatures apart, field by field, as `was → is`; empty where they have the same hash. Where an input's
 * value comes from (`template`) is no difference.
 */
export const signatureDifference = (was: Signature, is: Signature): string => {
  if (signatureHash(was) === signatureHash(is)) return ""
  const differences = [
    ...(was.instructions === is.instructions
      ? []
      : [`instructions ${apart(quoted(was.instructions), quoted(is.instructions))}`]),
    ...fieldDifferences("input", was.inputs, is.inputs),
    ...fieldDifferences("output", was.outputs, is.outputs),
  ]
  return differences.join("; ")
}

const fieldDifferences = (
  kind: "input" | "output",
  was: ReadonlyArray<Field>,
  is: ReadonlyArray<Field>,
): ReadonlyArray<string> => {
  const gone = was.filter(({ name }) => !has(is, name)).map(({ name }) => `${kind} "${name}" is gone`)
  const added = is.filter(({ name }) => !has(was, name)).map(({ name }) => `${kind} "${name}" is new`)
  const changed = was.flatMap((field) => {
    const other = is.find(({ name }) => name === field.name)
    return other === undefined ? [] : propertyDifferences(kind, field, other)
  })
  const [before, after] = [namesOf(was), namesOf(is)]
  const moved = gone.length + added.length === 0 && before !== after ? [`order of ${kind}s ${before} → ${after}`] : []
  return [...gone, ...added, ...changed, ...moved]
}

const propertyDifferences = (kind: string, was: Field, is: Field): ReadonlyArray<string> => {
  const before = properties(was)
  return properties(is).flatMap(([property, value], at) => {
    const previous = before[at]?.[1] ?? ""
    return previous === value ? [] : [`${kind} "${was.name}": ${property} ${apart(previous, value)}`]
  })
}

const properties = ({
  type,
  description,
  values,
  schema,
  optional,
}: Field): ReadonlyArray<readonly [string, string]> => [
  ["type", type],
  ["description", quoted(description ?? "")],
  ["labels", values?.join("; ") ?? "none"],
  ["schema", schema === undefined ? "none" : JSON.stringify(schema)],
  ["optional", String(optional === true)],
]

const has = (fields: ReadonlyArray<Field>, name: string): boolean => fields.some((field) => field.name === name)

const namesOf = (fields: ReadonlyArray<Field>): string => fields.map(({ name }) => name).join(", ")

const quoted = (text: string): string => JSON.stringify(text)

/** Long texts from a little before the place where they part. */
const apart = (was: string, is: string): string => {
  const common = [...was].findIndex((_, at) => was[at] !== is[at])
  const from = Math.max(was.length, is.length) > maxLength ? Math.max(0, (common === -1 ? was.length : common) - 30) : 0
  return `${excerpt(was, from)} → ${excerpt(is, from)}`
}

const excerpt = (text: string, from: number): string =>
  `${from > 0 ? "…" : ""}${text.slice(from, from + maxLength)}${text.length > from + maxLength ? "…" : ""}`

const maxLength = 100
