import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Store } from "../store/Store.ts"
import type { EntryReader, StoredEntry } from "../store/StoredEntries.ts"
import { StoreError } from "../store/StoreError.ts"
import { addsNothing, registerFrom, type RegisterKind } from "./RegisterKind.ts"
import { warnOnce } from "./warnOnce.ts"

/** What is known of one kind of registers. */
export interface KnownRegisters<A> {
  /** Null where nothing is known. */
  readonly at: (key: string) => Effect.Effect<A | null>
  readonly all: Effect.Effect<ReadonlyArray<A>>
}

/** Registers in the store, known to all processes that share it. Damaged ones are said on the log and count as unknown. */
export interface KeptRegisters<A> extends KnownRegisters<A> {
  /** Takes in what others know; false where it is no news. What cannot be kept, this process knows all the same. */
  readonly learn: (register: A) => Effect.Effect<boolean>
  /** Puts something in the place of what is known, as a whole or not at all; `next` may be called again. */
  readonly change: (key: string, next: (known: A | null) => A) => Effect.Effect<A, StoreError>
}

export const keptRegisters = <A>(
  store: Store["Service"],
  kind: RegisterKind<A>,
  collection: string,
): KeptRegisters<A> => {
  /** What this process learned, whether or not it could be kept. */
  const learned = new Map<string, A>()
  const warn = warnOnce()
  const unread = `What is kept of ${kind.what} cannot be read.`

  const read = ({ key, value }: StoredEntry): Result.Result<A, StoreError> =>
    Result.flatMap(value, (text) => {
      const register = registerFrom(kind, key, text)
      return register === null ? Result.fail(notOne(collection, key)) : Result.succeed(register)
    })
  const sound = (entry: StoredEntry) =>
    Effect.fromResult(read(entry)).pipe(warn(`What is kept of ${kind.what} under "${entry.key}" is left out.`, null))
  const joined = (key: string, stored: A | null): A | null => {
    const own = learned.get(key)
    return own === undefined || stored === null ? (own ?? stored) : kind.join(stored, own)
  }
  const entryAt = (entries: EntryReader, key: string) =>
    entries.list(collection, key).find((entry) => entry.key === key)

  const at = (key: string): Effect.Effect<A | null> =>
    store
      .read((entries) => entryAt(entries, key))
      .pipe(
        warn(unread, undefined),
        Effect.flatMap((entry) => (entry === undefined ? Effect.succeed(null) : sound(entry))),
        Effect.map((stored) => joined(key, stored)),
      )
  const change = (key: string, next: (known: A | null) => A) =>
    store.write((entries) => {
      const entry = entryAt(entries, key)
      const after = next(joined(key, entry === undefined ? null : Result.getOrElse(read(entry), () => null)))
      entries.put(collection, key, kind.encode(after))
      return after
    })
  const remember = (key: string, register: A) => void learned.set(key, joined(key, register) ?? register)

  return {
    at,
    all: Effect.map(
      Effect.flatMap(store.collection(collection).list().pipe(warn(unread, [])), (entries) =>
        Effect.forEach(entries, sound),
      ),
      (stored) => {
        const all = new Map(learned)
        for (const register of stored) {
          if (register === null) continue
          const key = kind.keyOf(register)
          all.set(key, joined(key, register) ?? register)
        }
        return [...all.values()]
      },
    ),
    learn: Effect.fnUntraced(function* (register) {
      const key = kind.keyOf(register)
      const known = yield* at(key)
      if (known !== null && addsNothing(kind, known, register)) return false
      remember(key, register)
      yield* change(key, (together) => together ?? register).pipe(
        warn(`What is known of ${kind.what} cannot be kept.`, undefined),
      )
      return true
    }),
    change: (key, next) => Effect.tap(change(key, next), (after) => Effect.sync(() => remember(key, after))),
  }
}

const notOne = (collection: string, key: string) =>
  new StoreError({
    reason: "damaged",
    message: `The entry "${key}" of "${collection}" in the store cannot be understood. It is written anew when there is news of it.`,
  })
