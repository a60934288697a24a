import type { KV } from "@nats-io/kv"
import * as Effect from "effect/Effect"
import { type BucketSpec, ensureBucket } from "./ensureStreams.ts"
import { Nats } from "./Nats.ts"
import { type Shared, shared } from "./shared.ts"

/**
 * A bucket that is made when it is first used, and again where it was lost. `readsFromCopies`: whether any copy may
 * answer a read, and not only the leader, which knows the latest.
 */
export const sharedBucket = (
  nats: Nats["Service"],
  { readsFromCopies, ...spec }: BucketSpec & { readonly readsFromCopies: boolean },
): Shared<KV> =>
  shared(nats, {
    open: Effect.andThen(
      Effect.provideService(ensureBucket(spec), Nats, nats),
      nats.use(`opening the bucket ${spec.bucket}`, ({ buckets }) =>
        buckets.open(spec.bucket, { allow_direct: readsFromCopies }),
      ),
    ),
  })
