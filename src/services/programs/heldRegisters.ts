import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { warnOnce } from "../cache/warnOnce.ts"
import type { Store } from "../store/Store.ts"
import {
  type AdoptionRegister,
  decodeRegister,
  encodeRegister,
  joinRegisters,
  registerKey,
  type RegisterPlace,
  undecided,
} from "./AdoptionRegister.ts"

/** What this process knows of the decisions of the fleet. */
export interface HeldRegisters {
  readonly at: (place: RegisterPlace) => AdoptionRegister
  /** Takes in what somebody else knows. */
  readonly join: (register: AdoptionRegister) => void
  /** Holds it, over a restart, too. */
  readonly keep: (register: AdoptionRegister) => Effect.Effect<void>
  /** How often what is held of a place changed. */
  readonly changes: (place: RegisterPlace) => number
  /** What an earlier process kept. */
  readonly kept: ReadonlyArray<AdoptionRegister>
}

const collection = "fleet_adoptions"

export const heldRegisters = Effect.fnUntraced(function* (store: Store["Service"]): Effect.fn.Return<HeldRegisters> {
  const held = new Map<string, { readonly register: AdoptionRegister; readonly changes: number }>()
  const inStore = store.collection(collection)
  const warn = warnOnce()

  const at = (place: RegisterPlace) => held.get(registerKey(place))?.register ?? undecided(place)
  const changes = (place: RegisterPlace) => held.get(registerKey(place))?.changes ?? 0
  const hold = (register: AdoptionRegister) =>
    void held.set(registerKey(register), { register, changes: changes(register) + 1 })

  const kept = (yield* inStore.list().pipe(warn("What was decided about programs cannot be read.", []))).flatMap(
    ({ value }) => {
      const register = Result.isSuccess(value) ? decodeRegister(value.success) : null
      return register === null ? [] : [register]
    },
  )
  kept.forEach(hold)
  return {
    at,
    changes,
    kept,
    join: (register) => {
      const joined = joinRegisters(at(register), register)
      if (encodeRegister(joined) !== encodeRegister(at(register))) hold(joined)
    },
    keep: (register) =>
      Effect.suspend(() => {
        if (encodeRegister(register) !== encodeRegister(at(register))) hold(register)
        return inStore.put(registerKey(register), encodeRegister(register))
      }).pipe(warn("What was decided about programs cannot be kept.", undefined)),
  }
})
