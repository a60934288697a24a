import type { Json } from "../../Json.ts"
import type { Field } from "../../Signature.ts"
import { numberKind, type NumberKind, schemaOfItem, schemaOfProperty, type SchemaPlace } from "./schemaPlace.ts"

/**
 * An input's value as DSPy's adapters write it: text as it stands, `True`, `None` and numbers as Python prints them, lists
 * and objects as Python's `json.dumps` does, a list in a field of plain text as a numbered list.
 *
 * JavaScript has one kind of number. One whose type or schema is `number` is a float there, every other without a fraction
 * an integer, as `from_json` in `python/doubletrack_dspy/values.py` has it.
 */
export const renderValue = (value: Json, field: Field): string => {
  if (typeof value === "string") return value
  if (value === null) return "None"
  if (typeof value === "boolean") return value ? "True" : "False"
  const place = placeOf(field)
  if (typeof value === "number") return pythonNumber(value, numberKind(place))
  return Array.isArray(value) && isPlainText(field) ? numberedList(value) : pythonJson(value, place)
}

const placeOf = ({ type, schema }: Field): SchemaPlace => {
  const own = type === "number" || type === "integer" ? { type } : schema
  return { schema: own, root: own }
}

const isPlainText = ({ type, values, optional }: Field): boolean =>
  optional !== true && (type === "string" || (type === "enum" && values === undefined))

const numberedList = (items: ReadonlyArray<Json>): string => {
  const quoted = items.map((item) => quote(typeof item === "string" ? item : pythonJson(item, nowhere)))
  const [only] = quoted
  if (only === undefined) return "N/A"
  return quoted.length === 1 ? only : quoted.map((text, index) => `[${index + 1}] ${text}`).join("\n")
}

const quote = (text: string): string =>
  /[\n«»]/.test(text) ? `«««\n    ${text.replaceAll("\n", "\n    ")}\n»»»` : `«${text}»`

const nowhere: SchemaPlace = { schema: undefined, root: undefined }

const pythonJson = (value: Json, place: SchemaPlace): string => {
  if (typeof value === "number") return pythonNumber(value, numberKind(place))
  if (Array.isArray(value)) return `[${value.map((item) => pythonJson(item, schemaOfItem(place))).join(", ")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).map(
    ([key, each]) => `${JSON.stringify(key)}: ${pythonJson(each, schemaOfProperty(place, key))}`,
  )
  return `{${entries.join(", ")}}`
}

const pythonNumber = (number: number, kind: NumberKind): string => {
  if (kind === "float" || !Number.isInteger(number)) return floatRepr(number)
  // Python reads digits as they stand in JSON, and every digit of what JSON has with an exponent.
  return Math.abs(number) < 1e21 ? String(number) : BigInt(number).toString()
}

/** `repr(float)`: the shortest digits that read back, an exponent below 1e-4 and from 1e16 up, always a point or an exponent. */
const floatRepr = (number: number): string => {
  const sign = number < 0 || Object.is(number, -0) ? "-" : ""
  const [mantissa = "", power = "0"] = Math.abs(number).toExponential().split("e")
  const digits = mantissa.replace(".", "")
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 16) {
    return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0")
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`
}
