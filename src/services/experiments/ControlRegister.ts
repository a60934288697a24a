import * as Schema from "effect/Schema"
import { ExperimentControl } from "../../Route.ts"
import { type RegisterKind, registersAsJson, stepName } from "../cache/RegisterKind.ts"
import type { StepPlace } from "./ExperimentStore.ts"

/** What a person decided last about the experiments of a step. */
export const ControlRegister = Schema.Struct({
  workflow: Schema.String,
  step: Schema.String,
  control: ExperimentControl,
  /** When that was, ms since 1970; later than every decision that was known then. */
  atMs: Schema.Finite,
})
export type ControlRegister = typeof ControlRegister.Type

/** Where it is found. */
export const controlKey = ({ workflow, step }: StepPlace): string => stepName(workflow, step)

/** Of two decisions the later one holds; two of the same instant are told apart by what they say. */
export const controlRegisters: RegisterKind<ControlRegister> = {
  what: "decisions about experiments",
  keyOf: controlKey,
  ...registersAsJson(ControlRegister),
  join: (one, other) => (isLater(other, one) ? other : one),
}

/** A decision that is made now, later than what is known. */
export const decidedNow = (
  known: ControlRegister | null,
  { workflow, step, control }: StepPlace & Pick<ControlRegister, "control">,
  nowMs: number,
): ControlRegister => ({ workflow, step, control, atMs: Math.max(nowMs, known === null ? 0 : known.atMs + 1) })

/** A decision that comes after the one that is there, whatever the clocks of both nodes say. */
export const decidedAfter = (there: ControlRegister, decided: ControlRegister): ControlRegister => ({
  ...decided,
  atMs: Math.max(decided.atMs, there.atMs + 1),
})

const isLater = (one: ControlRegister, other: ControlRegister): boolean =>
  one.atMs === other.atMs ? one.control > other.control : one.atMs > other.atMs
