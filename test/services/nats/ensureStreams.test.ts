import { jetstreamManager } from "@nats-io/jetstream"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import { expect, test } from "vitest"
import { NatsSettings } from "../../../src/NatsSettings.ts"
import { ensureBucket, ensureObjects, ensureStream, type StreamSpec } from "../../../src/services/nats/ensureStreams.ts"
import { Nats } from "../../../src/services/nats/Nats.ts"
import { describeWithNats } from "./natsProgram.ts"
import { natsCluster, natsServer } from "./natsServer.ts"

const decode = Schema.decodeUnknownSync(NatsSettings)

/** Does this over a connection of its own. */
const using = <A, E>(settings: typeof NatsSettings.Encoded, effect: Effect.Effect<A, E, Nats>) =>
  Effect.runPromise(
    Effect.andThen(
      Nats.use(({ connected }) => connected),
      effect,
    ).pipe(Effect.provide(Nats.layer(decode(settings), "test"))),
  )

const notes: StreamSpec = {
  name: "NOTES",
  subjects: ["notes.>"],
  description: "What was noted",
  maxAgeMs: 60_000,
  maxBytes: 1_000_000,
  duplicateWindowMs: 10_000,
}

describeWithNats("what is kept in NATS", () => {
  test("is made with its limits, in files, and found again", async () => {
    const server = await natsServer()
    const client = await server.client()

    const found = await using({ servers: [server.url] }, Effect.all([ensureStream(notes), ensureStream(notes)]))

    const { config } = await (await jetstreamManager(client)).streams.info("NOTES")
    expect(found).toEqual([
      { created: true, differences: [], untaken: [] },
      { created: false, differences: [], untaken: [] },
    ])
    expect(config).toMatchObject({
      subjects: ["notes.>"],
      storage: "file",
      retention: "limits",
      num_replicas: 1,
      max_age: 60_000_000_000,
      max_bytes: 1_000_000,
      duplicate_window: 10_000_000_000,
    })
  })

  test("is left alone where it exists, and the differences are given", async () => {
    const server = await natsServer()
    const manager = await jetstreamManager(await server.client())
    await manager.streams.add({ name: "NOTES", subjects: ["notes.>", "more"], max_bytes: 5000 })

    const found = await using({ servers: [server.url] }, ensureStream(notes))

    expect(found.created).toBe(false)
    expect(found.differences).toEqual([
      "max_age is 0, not 60000000000",
      "max_bytes is 5000, not 1000000",
      `subjects is ["notes.>","more"], not ["notes.>"]`,
      "duplicate_window is 120000000000, not 10000000000",
    ])
    expect(found.untaken).toEqual([])
    expect((await manager.streams.info("NOTES")).config.max_bytes).toBe(5000)
  })

  test("is of no use where it takes other subjects, which is a warning that says what to do, once", async () => {
    const server = await natsServer()
    const manager = await jetstreamManager(await server.client())
    await manager.streams.add({ name: "NOTES", subjects: ["notices.>"] })
    const said: Array<string> = []
    const heard = Logger.make(({ logLevel, message }) => void said.push(`${logLevel}: ${String(message)}`))
    const twice = Effect.andThen(ensureStream(notes), ensureStream(notes))

    const found = await using({ servers: [server.url] }, Effect.provide(twice, Logger.layer([heard])))

    expect(found.untaken).toEqual(["notes.>"])
    expect(said.filter((line) => line.startsWith("Warn"))).toEqual([
      "Warn: NATS: the stream NOTES, which is left as it is, does not take in notes.>: what is sent there waits and does " +
        "not arrive. Add notes.> to its subjects, or delete the stream, so that it is made anew.",
    ])
  })

  test("is made once by several that want it at the same time", async () => {
    const server = await natsServer()

    const found = await Promise.all(
      Array.from({ length: 5 }, () => using({ servers: [server.url] }, ensureStream(notes))),
    )

    expect(found.flatMap(({ differences }) => differences)).toEqual([])
  })

  test("includes buckets and objects", async () => {
    const server = await natsServer()

    const [value, size] = await using(
      { servers: [server.url] },
      Effect.gen(function* () {
        const limits = { description: "Of a test", maxBytes: 10_000_000 }
        const bucket = yield* ensureBucket({ bucket: "pairs", history: 2, ...limits })
        const objects = yield* ensureObjects({ bucket: "things", ...limits })
        yield* Effect.promise(() => bucket.put("a", "1"))
        yield* Effect.promise(() => objects.putBlob({ name: "big" }, new Uint8Array(3_000_000)))
        const again = yield* ensureBucket({ bucket: "pairs", history: 2, ...limits })
        return yield* Effect.promise(async () => [
          (await again.get("a"))?.string(),
          (await objects.getBlob("big"))?.length,
        ])
      }),
    )

    expect([value, size]).toEqual(["1", 3_000_000])
  })

  test("has three copies in a cluster of three, unless the settings say otherwise", async () => {
    const [one, two, three] = await natsCluster(3)
    const servers = [one!.url, two!.url, three!.url]

    await using({ servers }, ensureStream(notes))
    await using({ servers, replicas: 1 }, ensureStream({ ...notes, name: "FEW", subjects: ["few"] }))

    const manager = await jetstreamManager(await one!.client())
    expect((await manager.streams.info("NOTES")).config.num_replicas).toBe(3)
    expect((await manager.streams.info("FEW")).config.num_replicas).toBe(1)
  })
})
