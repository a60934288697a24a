import * as Schema from "effect/Schema"

/**
 * When a step runs: an expression over earlier results such as `classify.text == 'refund'`, a
 * boolean, a list (all must hold), or one of `{ and }`, `{ or }`, `{ not }`.
 */
export type Condition =
  | string
  | boolean
  | ReadonlyArray<Condition>
  | { readonly and: ReadonlyArray<Condition> }
  | { readonly or: ReadonlyArray<Condition> }
  | { readonly not: Condition }

export const Condition: Schema.Codec<Condition> = Schema.suspend(() =>
  Schema.Union([
    Schema.String,
    Schema.Boolean,
    Schema.Array(Condition),
    Schema.Struct({ and: Schema.Array(Condition) }),
    Schema.Struct({ or: Schema.Array(Condition) }),
    Schema.Struct({ not: Condition }),
  ]),
)
