import type { KV } from "@nats-io/kv"
import * as Effect from "effect/Effect"
import { type BucketSpec, ensureBucket } from "./ensureStreams.ts"
import { Nats } from "./Nats.ts"
import { type Shared, shared } from "./shared.ts"

export interface SharedBucketOptions extends BucketSpec {
  /** Whether any copy may answer a read, and not only the leader, which knows the latest. */
  readonly readsFromCopies: boolean
  /** How long an answer is waited for; default 2 s. */
  readonly patienceMs?: number
}

/** A bucket that is made when it is first used, and again where it was lost. */
export const sharedBucket = (
  nats: Nats["Service"],
  { readsFromCopies, patienceMs, ...spec }: SharedBucketOptions,
): Shared<KV> =>
  shared(nats, {
    ...(patienceMs === undefined ? {} : { patienceMs }),
    open: Effect.andThen(
      Effect.provideService(ensureBucket(spec), Nats, nats),
      nats.use(`opening the bucket ${spec.bucket}`, ({ buckets }) =>
        buckets.open(spec.bucket, { allow_direct: readsFromCopies }),
      ),
    ),
  })
