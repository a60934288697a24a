import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Schedule from "effect/Schedule"
import { type Durability, type OpenDatabase, openDatabase } from "./openDatabase.ts"
import { type EntryReader, type EntryWriter, noEntries, type StoredEntry } from "./StoredEntries.ts"
import { StoreError, storeErrorOf } from "./StoreError.ts"

/** Texts under keys; several processes may use one at the same time. */
export interface Collection {
  /** Null where there is none. */
  readonly get: (key: string) => Effect.Effect<string | null, StoreError>
  readonly put: (key: string, value: string) => Effect.Effect<void, StoreError>
  readonly delete: (key: string) => Effect.Effect<void, StoreError>
  /** In the order of the keys, by code point. */
  readonly list: (prefix?: string) => Effect.Effect<ReadonlyArray<StoredEntry>, StoreError>
}

/**
 * The embedded store: `doubletrack.db` in the state directory, which is made when something is first
 * written. Each value carries a checksum; a damaged one is a StoreError of its own.
 */
export class Store extends Context.Service<
  Store,
  {
    readonly collection: (name: string) => Collection
    /** Reads from one consistent state. `work` is synchronous and may run again, so it must not have effects. */
    readonly read: <A>(work: (entries: EntryReader) => A) => Effect.Effect<A, StoreError>
    /** Reads and writes as a whole or not at all. `work` is synchronous and may run again; throwing in it undoes it. */
    readonly write: <A>(work: (entries: EntryWriter) => A) => Effect.Effect<A, StoreError>
  }
>()("doubletrack/services/store/Store") {
  /** The store in this directory, closed with the scope; in `:memory:` it is gone with it. */
  static readonly layer = (
    directory: string,
    { durability }: { readonly durability?: Durability } = {},
  ): Layer.Layer<Store, never, FileSystem.FileSystem | Path.Path> =>
    Layer.effect(
      Store,
      Effect.gen(function* () {
        if (directory === ":memory:") return yield* storeInMemory
        const fileSystem = yield* FileSystem.FileSystem
        const file = (yield* Path.Path).join(directory, "doubletrack.db")
        return yield* storeIn({
          file,
          durability,
          exists: Effect.orElseSucceed(fileSystem.exists(file), () => true),
          prepare: Effect.mapError(fileSystem.makeDirectory(directory, { recursive: true }), (error) =>
            noDirectory(directory, error),
          ),
        })
      }),
    )

  /** A store that is gone with its scope. */
  static readonly layerMemory: Layer.Layer<Store> = Layer.effect(
    Store,
    Effect.suspend(() => storeInMemory),
  )
}

interface Location {
  readonly file: string
  readonly durability?: Durability | undefined
  readonly exists: Effect.Effect<boolean>
  readonly prepare: Effect.Effect<void, StoreError>
}

const storeIn = Effect.fnUntraced(function* ({ file, durability, exists, prepare }: Location) {
  let database: OpenDatabase | undefined
  yield* Effect.addFinalizer(() => Effect.sync(() => database?.close()))

  const open = Effect.gen(function* () {
    if (database === undefined) yield* prepare
    return yield* attempt(() => (database ??= openDatabase(file, durability)))
  })
  const attempt = <A>(work: () => A) => Effect.try({ try: work, catch: (cause) => storeErrorOf(cause, file) })
  const transact = <A>(work: (opened: OpenDatabase) => A) =>
    open.pipe(
      Effect.flatMap((opened) => attempt(() => work(opened))),
      Effect.retry({ schedule: patience, while: ({ reason }) => reason === "busy" }),
    )

  const write = <A>(work: (entries: EntryWriter) => A) => transact((opened) => opened.write(work))
  const read = <A>(work: (entries: EntryReader) => A) =>
    Effect.flatMap(
      Effect.suspend(() => (database === undefined ? exists : Effect.succeed(true))),
      (written) => (written ? transact((opened) => opened.read(work)) : Effect.sync(() => work(noEntries))),
    )
  return Store.of({
    read,
    write,
    collection: (name) => ({
      get: (key) => read((entries) => entries.get(name, key)),
      put: (key, value) => write((entries) => entries.put(name, key, value)),
      delete: (key) => write((entries) => entries.delete(name, key)),
      list: (prefix) => read((entries) => entries.list(name, prefix)),
    }),
  })
})

const storeInMemory = storeIn({ file: ":memory:", exists: Effect.succeed(true), prepare: Effect.void })

/** How long other processes are waited for. */
const patience = Schedule.min([Schedule.exponential("4 millis"), Schedule.spaced("100 millis")]).pipe(
  Schedule.jittered,
  Schedule.upTo({ duration: "10 seconds" }),
)

const noDirectory = (directory: string, { reason }: PlatformError.PlatformError) =>
  new StoreError({
    reason: "unwritable",
    message: `The state directory "${directory}" cannot be made (${
      reason._tag === "AlreadyExists" ? "there is a file in its place" : reason._tag
    }). Choose another with --state DIR.`,
  })
