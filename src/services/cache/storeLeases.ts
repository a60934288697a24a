import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import type { Store } from "../store/Store.ts"
import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"
import type { StoreError } from "../store/StoreError.ts"
import { CacheError } from "./CacheTier.ts"
import type { Lease, Leases } from "./Leases.ts"

const Held = Schema.Struct({ token: Schema.Finite, owner: Schema.String, untilMs: Schema.Finite })
type Held = typeof Held.Type

const collection = "work_leases"

/** Leases among the processes of one store. */
export const storeLeases = (store: Store["Service"], { holdMs }: Pick<Leases, "holdMs">): Leases => {
  const change = <A>(work: (entries: EntryWriter, nowMs: number) => A) =>
    Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
      Effect.mapError(
        store.write((entries) => work(entries, nowMs)),
        unavailable,
      ),
    )
  const whileOwned = (name: string, { owner, token }: Held, untilMs: (nowMs: number) => number) =>
    change((entries, nowMs) => {
      const held = heldAs(entries, name)
      if (held?.owner !== owner || held.token !== token) return false
      put(entries, name, { owner, token, untilMs: untilMs(nowMs) })
      return true
    })

  const lease = (name: string, held: Held): Lease => ({
    token: held.token,
    renew: whileOwned(name, held, (nowMs) => nowMs + holdMs),
    release: Effect.asVoid(whileOwned(name, held, () => 0)),
  })

  return {
    holdMs,
    acquire: Effect.fnUntraced(function* (name) {
      const owner = (yield* Random.nextIntBetween(0, 2 ** 31)).toString(36)
      const held = yield* change((entries, nowMs) => {
        const before = heldAs(entries, name)
        if (before !== null && before.untilMs > nowMs) return null
        const now = { owner, token: (before?.token ?? 0) + 1, untilMs: nowMs + holdMs }
        put(entries, name, now)
        return now
      })
      return held === null ? null : lease(name, held)
    }),
  }
}

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Held))

const heldAs = (entries: EntryReader, name: string): Held | null => {
  const text = entries.get(collection, name)
  return text === null ? null : Option.getOrNull(decode(text))
}

const put = (entries: EntryWriter, name: string, held: Held): void =>
  entries.put(collection, name, JSON.stringify(held))

const unavailable = ({ message }: StoreError) =>
  new CacheError({ reason: "unavailable", tier: "disk", message: `No lease could be taken. ${message}` })
