import type { JsonObject } from "../../../Json.ts"

/** What a prompt turned out to ask, and with what: all that the offline model knows. */
export interface PromptReading {
  /** How the answer is to be written: marked sections, one JSON object, one JSON value, or plain text. */
  readonly form: "markers" | "object" | "value" | "text"
  readonly instructions: string
  readonly outputs: ReadonlyArray<OutputField>
  readonly demos: ReadonlyArray<Demo>
  /** The inputs to answer for, by field name; never empty. */
  readonly query: ReadonlyMap<string, string>
}

/** One field of the answer. `labels` is empty unless the prompt lists what may be answered. */
export interface OutputField {
  readonly name: string
  readonly kind: OutputKind
  readonly labels: ReadonlyArray<Label>
  readonly description: string
  readonly nullable: boolean
  /** JSON Schema of an array or object, where the prompt carries one. */
  readonly schema?: JsonObject
}

export type OutputKind = "text" | "number" | "integer" | "boolean" | "array" | "object"

/** A possible answer and what the prompt says about it. */
export interface Label {
  readonly name: string
  readonly description: string
}

/** An answered example in the prompt; values that are not strings stand as JSON. */
export interface Demo {
  readonly inputs: ReadonlyMap<string, string>
  readonly outputs: ReadonlyMap<string, string>
}

/** All inputs as one text, the form in which examples and query are compared. */
export const joined = (inputs: ReadonlyMap<string, string>): string => [...inputs.values()].join("\n")
