import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"

/** Values by key, of which only the latest are kept. Never changed; setting a value copies little. */
export interface Latest<Value> {
  readonly entries: HashMap.HashMap<string, Entry<Value>>
  /** How often something was set. */
  readonly turn: number
}

interface Entry<Value> {
  readonly key: string
  readonly value: Value
  /** When it was set last. */
  readonly turn: number
}

export const noLatest: Latest<never> = { entries: HashMap.empty(), turn: 0 }

export const latestOf = <Value>({ entries }: Latest<Value>, key: string): Value | undefined =>
  Option.getOrUndefined(HashMap.get(entries, key))?.value

export const latestValues = <Value>({ entries }: Latest<Value>): ReadonlyArray<Value> =>
  Array.from(HashMap.values(entries), ({ value }) => value)

/** Of more than `most` keys, the one that was set longest ago leaves. */
export const setLatest = <Value>(latest: Latest<Value>, key: string, value: Value, most: number): Latest<Value> => {
  const turn = latest.turn + 1
  const entries = HashMap.set(latest.entries, key, { key, value, turn })
  return { entries: HashMap.size(entries) > most ? withoutOldest(entries) : entries, turn }
}

const withoutOldest = <Value>(entries: HashMap.HashMap<string, Entry<Value>>) => {
  let oldest: Entry<Value> | undefined
  for (const entry of HashMap.values(entries)) {
    if (oldest === undefined || entry.turn < oldest.turn) oldest = entry
  }
  return oldest === undefined ? entries : HashMap.remove(entries, oldest.key)
}
