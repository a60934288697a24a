import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ModelLimit } from "../../ModelLimits.ts"
import { stopwatch } from "../../stopwatch.ts"
import type { CacheError } from "../cache/CacheTier.ts"
import type { Fleet } from "../cache/Fleet.ts"
import { warnOnce } from "../cache/warnOnce.ts"
import { fleetRate } from "./fleetRate.ts"
import { fleetSlots } from "./fleetSlots.ts"
import { rateOf } from "./rate.ts"

/** Waits until the fleet lets one more request of a model begin, which it does until the scope closes. */
export type FleetEntrance = (model: string, limit: ModelLimit) => Effect.Effect<void, never, Scope.Scope>

/** How long the slot of a process that died is taken. */
const holdMs = 10_000

const complaint = "The limits of model calls hold for this process alone."

/** The fleet's, which lets everybody in where it cannot be asked, and says so; null for a process on its own. */
export const fleetEntrance = (fleet: Fleet["Service"]): FleetEntrance | null => {
  const leases = fleet.leases({ space: "CALL_SLOTS", holdMs, patienceMs: 5000 })
  const registers = fleet.registers("CALL_RATES")
  if (leases === null || registers === null) return null
  const warn = warnOnce()
  const { askable, asking } = askedWhereItAnswers()
  const patientLeases = { ...leases, acquire: (name: string) => asking(leases.acquire(name)) }
  const patientRegisters = {
    ...registers,
    update: (key: string, join: (held: string | null) => string | null) => asking(registers.update(key, join)),
  }

  return (model, { concurrent, perMinute }) => {
    const name = `model/${nameOf(model)}`
    const slot = concurrent === undefined ? Effect.void : fleetSlots(patientLeases, name, concurrent)
    const start = perMinute === undefined ? Effect.void : fleetRate(patientRegisters, name, rateOf(perMinute))
    const enter = Effect.andThen(fleet.ready, Effect.andThen(slot, start)).pipe(warn(complaint, undefined))
    return Effect.flatMap(askable, (isAskable) => (isAskable ? enter : Effect.void))
  }
}

/** A fleet that took long to give no answer is left alone for twice as long: no call is to wait for every question. */
const askedWhereItAnswers = () => {
  let notBeforeMs = Number.NEGATIVE_INFINITY
  const monotonicMs = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)
  return {
    askable: Effect.map(monotonicMs, (nowMs) => nowMs >= notBeforeMs),
    asking: <A>(question: Effect.Effect<A, CacheError>): Effect.Effect<A, CacheError> =>
      Effect.flatMap(stopwatch, (tookMs) =>
        Effect.tapError(question, () =>
          Effect.map(Effect.all([monotonicMs, tookMs]), ([nowMs, took]) => {
            notBeforeMs = nowMs + 2 * took
          }),
        ),
      ),
  }
}

/** A model's id in letters that a key can have: all others as the bytes of their UTF-8. */
const nameOf = (model: string): string =>
  model.replaceAll(/[^\w-]/gu, (letter) =>
    Array.from(new TextEncoder().encode(letter), (byte) => `=${byte.toString(16).padStart(2, "0")}`).join(""),
  )
