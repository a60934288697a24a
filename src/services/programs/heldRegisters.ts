import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { addsNothing, registerFrom } from "../cache/RegisterKind.ts"
import { warnOnce } from "../cache/warnOnce.ts"
import type { Store } from "../store/Store.ts"
import {
  adoptionRegisters,
  type AdoptionRegister,
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
  /** The same, and keeps what is held then over a restart. */
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
  const join = (register: AdoptionRegister): AdoptionRegister => {
    const before = at(register)
    if (addsNothing(adoptionRegisters, before, register)) return before
    const joined = joinRegisters(before, register)
    held.set(registerKey(register), { register: joined, changes: changes(register) + 1 })
    return joined
  }

  const kept = (yield* inStore.list().pipe(warn("What was decided about programs cannot be read.", []))).flatMap(
    ({ key, value }) => {
      const register = Result.isSuccess(value) ? registerFrom(adoptionRegisters, key, value.success) : null
      return register === null ? [] : [register]
    },
  )
  kept.forEach(join)
  return {
    at,
    changes,
    kept,
    join: (register) => void join(register),
    keep: (register) =>
      Effect.suspend(() => inStore.put(registerKey(register), adoptionRegisters.encode(join(register)))).pipe(
        warn("What was decided about programs cannot be kept.", undefined),
      ),
  }
})
