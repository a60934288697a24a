import type { ObjectStore } from "@nats-io/obj"
import * as Effect from "effect/Effect"
import type { Nats } from "./Nats.ts"
import type { NatsError } from "./NatsError.ts"
import { natsErrorOf } from "./natsErrorOf.ts"

/**
 * The bytes of an object; null where there is none. Whoever gives up waits until the client has let go of it, since the
 * client's timer would outlive the connection, and hold the process.
 */
export const readObject = (
  nats: Nats["Service"],
  what: string,
  { objects, name }: { readonly objects: ObjectStore; readonly name: string },
): Effect.Effect<Uint8Array | null, NatsError> =>
  Effect.raceFirst(
    Effect.callback<Uint8Array | null, NatsError>((resume) => {
      const giveUp = new AbortController()
      const reading = bytesOf(objects, name, giveUp.signal)
      reading.then(
        (bytes) => resume(Effect.succeed(bytes)),
        (cause: unknown) => resume(Effect.fail(natsErrorOf(cause, what, "NATS"))),
      )
      return Effect.promise(async () => {
        giveUp.abort()
        await reading.catch(() => null)
      })
    }),
    // It fails when the connection is lost.
    nats.use(what, () => new Promise<never>(() => {})),
  )

const bytesOf = async (objects: ObjectStore, name: string, signal: AbortSignal): Promise<Uint8Array | null> => {
  const object = await objects.get(name)
  if (object === null) return null
  const reader = object.data.getReader()
  const cancel = () => void reader.cancel().catch(() => {})
  signal.addEventListener("abort", cancel, { once: true })
  if (signal.aborted) cancel()
  const chunks: Array<Uint8Array> = []
  for (let read = await reader.read(); !read.done; read = await reader.read()) chunks.push(read.value)
  signal.removeEventListener("abort", cancel)
  if (signal.aborted) return null
  const damage = await object.error
  if (damage !== null && damage !== undefined) throw damage
  return Buffer.concat(chunks)
}
