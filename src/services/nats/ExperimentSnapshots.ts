import { createHash } from "node:crypto"
import { promisify } from "node:util"
import { gunzip, gzip } from "node:zlib"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { ExperimentState, FoldPosition } from "../experiments/ExperimentState.ts"
import { ensureBucket, ensureObjects } from "./ensureStreams.ts"
import { Nats } from "./Nats.ts"
import { NatsError } from "./NatsError.ts"
import { readObject } from "./readObject.ts"
import { isConflict } from "./shared.ts"

/** Where the newest snapshot is. */
const Pointer = Schema.Struct({
  v: Schema.Literal(1),
  position: FoldPosition,
  /** Name of the object. */
  object: Schema.String,
  /** Name of the one before, which somebody may still be reading. */
  before: Schema.NullOr(Schema.String),
  /** SHA-256 of it, in hex. */
  digest: Schema.String,
  atMs: Schema.Finite,
})
export type Pointer = typeof Pointer.Type

/** The newest snapshot, and the revision by which a newer one takes its place. */
export interface NewestSnapshot {
  /** Null where there is none that can be read. */
  readonly pointer: Pointer | null
  readonly revision: number
}

/** Larger ones are not kept. */
const mostBytes = 32 * 2 ** 20

const pointers = {
  bucket: "DOUBLETRACK_EXPERIMENTS",
  description: "Where the newest snapshot of the experiments is",
  maxBytes: 2 ** 20,
}
const snapshots = {
  bucket: "DOUBLETRACK_SNAPSHOTS",
  description: "Snapshots of the experiments",
  maxBytes: 4 * mostBytes,
}
const key = "newest"

export const newestSnapshot: Effect.Effect<NewestSnapshot, NatsError, Nats> = Effect.gen(function* () {
  const bucket = yield* ensureBucket(pointers)
  const nats = yield* Nats
  const entry = yield* nats.use("looking for a snapshot", () => bucket.get(key))
  if (entry === null) return { pointer: null, revision: 0 }
  return { pointer: Result.getOrElse(decodePointer(entry.string()), () => null), revision: entry.revision }
})

/** Null where it is gone or damaged. */
export const loadSnapshot = Effect.fnUntraced(function* (
  pointer: Pointer,
): Effect.fn.Return<ExperimentState | null, NatsError, Nats> {
  const objects = yield* ensureObjects(snapshots)
  const nats = yield* Nats
  const packed = yield* readObject(nats, "reading a snapshot", { objects, name: pointer.object })
  if (packed === null || digestOf(packed) !== pointer.digest) return null
  const text = new TextDecoder().decode(yield* Effect.promise(() => promisify(gunzip)(packed)))
  return Result.getOrElse(decodeState(text), () => null)
})

/** Whether it is the newest one now: another node may have been faster. */
export const saveSnapshot = Effect.fnUntraced(function* (
  state: ExperimentState,
  { pointer: before, revision }: NewestSnapshot,
): Effect.fn.Return<boolean, NatsError, Nats> {
  const bucket = yield* ensureBucket(pointers)
  const objects = yield* ensureObjects(snapshots)
  const nats = yield* Nats
  const atMs = yield* Clock.currentTimeMillis
  return yield* nats.use("keeping a snapshot", async () => {
    const packed = await promisify(gzip)(encodeState(state))
    if (packed.length > mostBytes) {
      throw new NatsError({
        reason: "full",
        message: `a snapshot of the experiments takes ${packed.length} bytes; ${mostBytes} is the most that is kept`,
      })
    }
    const digest = digestOf(packed)
    const object = `${state.position.sequence}-${digest.slice(0, 16)}`
    await objects.putBlob({ name: object }, packed)
    const pointer = encodePointer({
      v: 1,
      position: state.position,
      object,
      before: before?.object ?? null,
      digest,
      atMs,
    })
    try {
      await bucket.put(key, pointer, { previousSeq: revision })
    } catch (cause) {
      if (!isConflict(cause)) throw cause
      return false
    }
    if (typeof before?.before === "string" && before.before !== object) await objects.delete(before.before)
    return true
  })
})

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

const StoredPointer = Schema.fromJsonString(Pointer)
const encodePointer = Schema.encodeSync(StoredPointer)
const decodePointer = Schema.decodeUnknownResult(StoredPointer)
const StoredState = Schema.fromJsonString(ExperimentState)
const encodeState = Schema.encodeSync(StoredState)
const decodeState = Schema.decodeUnknownResult(StoredState)
