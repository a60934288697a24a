import type { Json, JsonObject } from "./Json.ts"
import type { Field, Signature } from "./Signature.ts"

type ValueOf<F extends Field> = F["type"] extends "string"
  ? string
  : F["type"] extends "number" | "integer"
    ? number
    : F["type"] extends "boolean"
      ? boolean
      : F["type"] extends "enum"
        ? F extends { readonly values: ReadonlyArray<infer Label> }
          ? Label
          : string
        : F["type"] extends "array"
          ? ReadonlyArray<Json>
          : JsonObject

type Optional<F extends Field> = F extends { readonly optional: true } ? F : never

type ValuesOf<Fields extends ReadonlyArray<Field>> = {
  readonly [F in Exclude<Fields[number], Optional<Fields[number]>> as F["name"]]: ValueOf<F>
} & { readonly [F in Optional<Fields[number]> as F["name"]]?: ValueOf<F> }

/** What a step with this signature takes. */
export type SignatureInputs<S extends Signature> = ValuesOf<S["inputs"]>

/** What a step with this signature answers. */
export type SignatureOutputs<S extends Signature> = ValuesOf<S["outputs"]>
