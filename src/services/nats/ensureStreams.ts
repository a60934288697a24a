import type { StreamConfig, StreamInfo } from "@nats-io/jetstream"
import type { KV } from "@nats-io/kv"
import type { ObjectStore } from "@nats-io/obj"
import * as Effect from "effect/Effect"
import { Nats, type OpenNats } from "./Nats.ts"
import type { NatsError } from "./NatsError.ts"
import { sentence } from "./sentence.ts"
import { untakenSubjects, untakenText } from "./untakenSubjects.ts"

/** What is made where it is not there: files of bounded size and age. */
interface Limits {
  readonly description: string
  /** Absent: kept for ever, as far as the bytes go. */
  readonly maxAgeMs?: number
  readonly maxBytes: number
}

export interface StreamSpec extends Limits {
  readonly name: string
  readonly subjects: ReadonlyArray<string>
  /** Default: `limits`. */
  readonly retention?: "limits" | "workqueue"
  /** What goes where it is full: the oldest, or what comes; default: `old`. */
  readonly discard?: "old" | "new"
  readonly duplicateWindowMs?: number
}

export interface BucketSpec extends Limits {
  readonly bucket: string
  /** Values kept for each key; default: the last. */
  readonly history?: number
  /** Of one value, in bytes; default: what the server lets through. */
  readonly maxValueBytes?: number
}

/** What was found, or made. */
export interface Ensured {
  readonly created: boolean
  /** In what it differs from what this process would make; it is left as it is. */
  readonly differences: ReadonlyArray<string>
  /** Subjects that it should take in and does not. */
  readonly untaken: ReadonlyArray<string>
}

/** A stream of this name; made where there is none, and left alone where there is one. Differences are said on the log, and as a warning what it does not take in. */
export const ensureStream = (spec: StreamSpec): Effect.Effect<Ensured, NatsError, Nats> =>
  ensured(
    spec.name,
    ({ library }) => ({
      ...limits(spec, library.nanos),
      description: spec.description,
      subjects: [...spec.subjects],
      retention: spec.retention ?? "limits",
      discard: spec.discard ?? "old",
      ...(spec.duplicateWindowMs === undefined ? {} : { duplicate_window: library.nanos(spec.duplicateWindowMs) }),
    }),
    ({ manager }, config) => manager.streams.add({ ...config, name: spec.name }),
  )

/** A key-value bucket, likewise. */
export const ensureBucket = Effect.fnUntraced(function* (spec: BucketSpec): Effect.fn.Return<KV, NatsError, Nats> {
  const { bucket, description, maxBytes, maxAgeMs, history = 1, maxValueBytes = -1 } = spec
  yield* ensured(
    `KV_${bucket}`,
    ({ library }) => ({ ...limits(spec, library.nanos), max_msgs_per_subject: history, max_msg_size: maxValueBytes }),
    ({ buckets }, { num_replicas }) =>
      buckets.create(bucket, {
        description,
        history,
        max_bytes: maxBytes,
        maxValueSize: maxValueBytes,
        replicas: num_replicas,
        storage: "file",
        ...(maxAgeMs === undefined ? {} : { ttl: maxAgeMs }),
      }),
  )
  const nats = yield* Nats
  return yield* nats.use(`opening the bucket ${bucket}`, ({ buckets }) => buckets.open(bucket))
})

/** A bucket of objects of any size, likewise. */
export const ensureObjects = Effect.fnUntraced(function* (
  spec: Omit<BucketSpec, "history" | "maxValueBytes">,
): Effect.fn.Return<ObjectStore, NatsError, Nats> {
  const { bucket, description, maxBytes, maxAgeMs } = spec
  yield* ensured(
    `OBJ_${bucket}`,
    ({ library }) => limits(spec, library.nanos),
    ({ objects, library }, { num_replicas }) =>
      objects.create(bucket, {
        description,
        max_bytes: maxBytes,
        replicas: num_replicas,
        storage: "file",
        ...(maxAgeMs === undefined ? {} : { ttl: library.nanos(maxAgeMs) }),
      }),
  )
  const nats = yield* Nats
  return yield* nats.use(`opening the objects of ${bucket}`, ({ objects }) => objects.open(bucket))
})

type Wanted = Partial<StreamConfig> & { readonly num_replicas: number }

const limits = ({ maxAgeMs = 0, maxBytes }: Limits, nanos: (ms: number) => number) => ({
  storage: "file" as const,
  max_age: nanos(maxAgeMs),
  max_bytes: maxBytes,
})

const ensured = Effect.fnUntraced(function* (
  name: string,
  configOf: (nats: OpenNats) => Partial<StreamConfig>,
  make: (nats: OpenNats, config: Wanted) => Promise<unknown>,
): Effect.fn.Return<Ensured, NatsError, Nats> {
  const { use, settings } = yield* Nats
  const result = yield* use(`${name} is to be there`, async (nats): Promise<Ensured> => {
    const copies = replicas(nats, settings.replicas)
    const config = configOf(nats)
    for (const [index, num_replicas] of copies.entries()) {
      const there = await infoOf(nats, name)
      if (there !== null) {
        return {
          created: false,
          differences: differences(there.config, { ...config, ...wantedCopies(nats, settings.replicas) }),
          untaken: untakenSubjects(there.config.subjects ?? [], config.subjects ?? []),
        }
      }
      try {
        await make(nats, { ...config, num_replicas })
        return { created: true, differences: [], untaken: [] }
      } catch (cause) {
        // Another node may have made it in the meantime, or the cluster has too few servers for as many copies.
        const last = index === copies.length - 1
        if (last && (await infoOf(nats, name)) === null) throw cause
      }
    }
    return { created: false, differences: [], untaken: [] }
  })
  const untaken = untakenText(name, result.untaken)
  if (result.untaken.length > 0 && unsaid(`${name} subjects`, untaken))
    yield* Effect.logWarning(sentence(`NATS: ${untaken}`))
  const difference = `${name} is left as it is, though the settings say otherwise: ${result.differences.join("; ")}`
  if (result.differences.length > 0 && unsaid(name, difference)) yield* Effect.logInfo(sentence(`NATS: ${difference}`))
  return result
})

const infoOf = async ({ manager }: OpenNats, name: string): Promise<StreamInfo | null> => {
  try {
    return await manager.streams.info(name)
  } catch (cause) {
    if (cause instanceof Error && cause.name === "StreamNotFoundError") return null
    throw cause
  }
}

/** How many copies are tried for, one number after the other. */
const replicas = ({ connection }: OpenNats, given: number | undefined): ReadonlyArray<number> =>
  given === undefined ? (connection.info?.cluster === undefined ? [1] : [3, 1]) : [given]

/** How many there should be, where that is known. */
const wantedCopies = ({ connection }: OpenNats, given: number | undefined): Partial<StreamConfig> => {
  if (given !== undefined) return { num_replicas: given }
  return (connection.info?.connect_urls?.length ?? 0) >= 3 ? { num_replicas: 3 } : {}
}

const differences = (there: StreamConfig, wanted: Partial<StreamConfig>): ReadonlyArray<string> => {
  const actual = new Map<string, unknown>(Object.entries(there))
  return Object.entries(wanted).flatMap(([key, value]) => {
    const found = JSON.stringify(actual.get(key) ?? null)
    return key === "description" || found === JSON.stringify(value)
      ? []
      : [`${key} is ${found}, not ${JSON.stringify(value)}`]
  })
}

const said = new Map<string, string>()

/** A difference is said once in a process. */
const unsaid = (name: string, difference: string): boolean => {
  if (said.get(name) === difference) return false
  said.set(name, difference)
  return true
}
