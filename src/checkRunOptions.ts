import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { BudgetLimits } from "./BudgetLimits.ts"
import { ExecutionMode } from "./ExecutionMode.ts"
import { type InputError, wrongInput } from "./InputError.ts"
import { JsonObject } from "./Json.ts"
import type { RunOptions } from "./Run.ts"

/** Refuses options that are not what their type says: programs in JavaScript, and values read from a request, are not checked by a compiler. */
export const checkRunOptions = (options: RunOptions): Effect.Effect<void, InputError> =>
  Effect.asVoid(
    Effect.mapError(decode(options, { errors: "all" }), ({ message }) => wrongInput(`options of the run: ${message}`)),
  )

const optional = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.UndefinedOr(schema))

const decode = Schema.decodeUnknownEffect(
  Schema.Struct({
    inputs: optional(JsonObject),
    mode: optional(ExecutionMode),
    stepModes: optional(Schema.Record(Schema.String, ExecutionMode)),
    fallbackEnabled: optional(Schema.Boolean),
    strictCompat: optional(Schema.Boolean),
    model: optional(Schema.String),
    seed: optional(Schema.Int),
    outputDir: optional(Schema.String),
    unit: optional(Schema.NonEmptyString),
    budget: optional(BudgetLimits),
  }),
)
