import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { PromptPart } from "../../PromptPart.ts"
import type { Step } from "../../Step.ts"
import { StepFailure } from "../../StepFailure.ts"

const NumberText = Schema.String.check(Schema.isPattern(/^\s*-?[\d.]+\s*$/, { message: "Expected a number" })).pipe(
  Schema.decodeTo(Schema.FiniteFromString),
)

/** A number, or the text of one, which is what a template leaves behind. */
const Amount = Schema.Union([Schema.Finite, NumberText])

/** Milliseconds. */
export const Milliseconds = Amount.check(Schema.isGreaterThan(0))

/** How many at once. */
export const Bound = Amount.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(1))

export const Count = Amount.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(0))

export const Preset = Schema.Literals(["development", "production", "analysis", "chat", "test"])
export type Preset = typeof Preset.Type

/** The part of `claude_options` that means something without the Claude command line tool. */
export const ClaudeOptions = Schema.Struct({
  model: Schema.optionalKey(Schema.String),
  system_prompt: Schema.optionalKey(Schema.String),
  append_system_prompt: Schema.optionalKey(Schema.String),
  timeout_ms: Schema.optionalKey(Milliseconds),
  output_format: Schema.optionalKey(Schema.String),
})
export type ClaudeOptions = typeof ClaudeOptions.Type

/** `claude_options` of a step. */
export const WithClaudeOptions = Schema.Struct({ claude_options: Schema.optionalKey(ClaudeOptions) })

/** `preset` and `claude_options` of a step. */
export const WithPreset = Schema.Struct({ preset: Schema.optionalKey(Preset), ...WithClaudeOptions.fields })

export const TokenBudget = Schema.Struct({
  temperature: Schema.optionalKey(Amount),
  max_output_tokens: Schema.optionalKey(Bound),
  top_p: Schema.optionalKey(Amount),
  top_k: Schema.optionalKey(Amount),
})

/** A task's prompt: text, or parts as in a step. */
export const TaskPrompt = Schema.Union([Schema.String, Schema.Array(PromptPart)])

/**
 * The options of one step type, taken from the step's own keys. Keys that the schema does not know
 * are none of its business; a key without a value counts as absent. Fails with `configuration`.
 */
export const stepOptions = <S extends Schema.Codec<unknown, unknown>>(schema: S, step: Step) =>
  decodeOptions(schema, step, withoutNulls(step))

/** As `stepOptions`, with nulls taken as written. */
export const decodeOptions = <S extends Schema.Codec<unknown, unknown>>(
  schema: S,
  step: Step,
  value: unknown = step,
): Effect.Effect<S["Type"], StepFailure> =>
  Schema.decodeUnknownEffect(schema, { errors: "all" })(value).pipe(
    Effect.mapError(
      (error) =>
        new StepFailure({
          reason: "configuration",
          message: formatIssue(error.issue)
            .issues.map(
              ({ path = [], message }) => `Step "${step.name}": ${dotted(path)}: ${message}${got(value, path)}`,
            )
            .join("\n"),
        }),
    ),
  )

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const dotted = (path: ReadonlyArray<unknown>): string =>
  path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "")

/** What stands there instead. */
const got = (value: unknown, path: ReadonlyArray<unknown>): string => {
  const found = path.reduce((inner, key) => (isRecord(inner) ? inner[String(key)] : undefined), value)
  return found === undefined ? "" : `, got ${JSON.stringify(found).slice(0, 80)}`
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutNulls(inner)]])),
  )
}
