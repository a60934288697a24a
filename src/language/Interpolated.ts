import type { Json } from "../Json.ts"

/** A filled template. `blanks` names what rendered as nothing. */
export interface Interpolated {
  readonly value: Json
  readonly blanks: ReadonlyArray<string>
}
