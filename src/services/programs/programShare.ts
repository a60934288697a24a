import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Example } from "../../Example.ts"
import type { Program } from "../../Program.ts"
import { type EntryKey, sealed } from "../cache/CacheEntry.ts"
import type { CacheError, CacheTier } from "../cache/CacheTier.ts"
import { decodeProgram, encodeProgram } from "./programFile.ts"
import type { ProgramError, ProgramStore } from "./ProgramStore.ts"

type Failure = CacheError | ProgramError

/** Programs and the rows that they pick demos from, where other nodes find them. */
export interface ProgramShare {
  /** With its rows. */
  readonly put: (program: Program) => Effect.Effect<void, Failure>
  /** Null where nobody shared it. */
  readonly program: (id: string) => Effect.Effect<Program | null, Failure>
  readonly rows: (hash: string) => Effect.Effect<ReadonlyArray<Example> | null, Failure>
}

export const programShare = (tier: CacheTier, local: ProgramStore["Service"]): ProgramShare => {
  /** Nothing is put twice; what the server lost in the meantime is. */
  const putMissing = Effect.fnUntraced(function* (
    key: EntryKey,
    value: Effect.Effect<string, ProgramError>,
  ): Effect.fn.Return<void, Failure> {
    if ((yield* tier.get(key)) !== null) return
    const entry = { ...key, epoch: 0, expiresAtMs: null, fence: 0, value: yield* value }
    yield* tier.put(sealed({ ...entry, storedAtMs: yield* Clock.currentTimeMillis }))
  })

  return {
    put: Effect.fnUntraced(function* (program) {
      const { retrieval } = program.candidate
      if (retrieval !== undefined) {
        yield* putMissing(rowsKey(retrieval.rows), Effect.map(local.rows(retrieval.rows), encodeRows))
      }
      yield* putMissing(
        programKey(program.id),
        Effect.sync(() => encodeProgram(program)),
      )
    }),
    program: Effect.fnUntraced(function* (id) {
      const entry = yield* tier.get(programKey(id))
      return entry === null
        ? null
        : yield* Effect.fromResult(decodeProgram(entry.value, `The program ${id} of the fleet`))
    }),
    rows: Effect.fnUntraced(function* (hash) {
      const entry = yield* tier.get(rowsKey(hash))
      return entry === null ? null : yield* Effect.orDie(decodeRows(entry.value))
    }),
  }
}

const programKey = (id: string): EntryKey => ({ key: id, signatureHash: "programs" })
const rowsKey = (hash: string): EntryKey => ({ key: hash, signatureHash: "rows" })

const Rows = Schema.fromJsonString(Schema.Array(Example))
const encodeRows = Schema.encodeSync(Rows)
const decodeRows = Schema.decodeEffect(Rows)
