import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { expect, onTestFinished, test } from "vitest"
import { NatsSettings } from "../../../src/NatsSettings.ts"
import { Nats } from "../../../src/services/nats/Nats.ts"
import type { NatsStatus } from "../../../src/services/nats/NatsStatus.ts"
import { describeWithNats } from "./natsProgram.ts"
import { freePorts, natsServer } from "./natsServer.ts"
import { proxyTo } from "./proxy.ts"

const decode = Schema.decodeUnknownSync(NatsSettings)

/** Works with a connection by these settings, and closes it. */
const using = <A, E>(settings: typeof NatsSettings.Encoded, effect: Effect.Effect<A, E, Nats>) =>
  Effect.runPromise(Effect.provide(effect, Nats.layer(decode(settings), "test")))

const echo = Nats.use((nats) => nats.use("asking for the time of a round trip", ({ connection }) => connection.rtt()))

const until = <Tag extends NatsStatus["_tag"]>(tag: Tag) =>
  Nats.use(({ statusChanges }) =>
    statusChanges.pipe(
      Stream.filter((status): status is Extract<NatsStatus, { readonly _tag: Tag }> => status._tag === tag),
      Stream.runHead,
      Effect.flatMap(Effect.fromOption),
    ),
  )

const folder = () => {
  const path = mkdtempSync(join(tmpdir(), "doubletrack-nats-files-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test("without servers nothing is connected, and asking says what to do", async () => {
  const [status, error] = await using({}, Effect.all([Effect.flatMap(Nats, ({ status }) => status), Effect.flip(echo)]))

  expect(status).toEqual({ _tag: "NotConfigured" })
  expect(error.reason).toBe("not_configured")
  expect(error.message).toMatch(/--nats URL, NATS_URL/)
})

test("a server that is not there keeps nobody waiting, and is said", async () => {
  const [port] = await freePorts(1)

  const [status, error] = await using(
    { servers: [`nats://me:secret@127.0.0.1:${port}`] },
    Effect.all([until("Away"), Effect.flip(echo)]),
  )

  expect(error.reason).toBe("away")
  expect(status.problem).toBe(
    `NATS cannot be reached (nats://127.0.0.1:${port}): nothing listens there; is the server started?`,
  )
})

test("the log says in sentences that a server is not there", async () => {
  const [port] = await freePorts(1)
  const said = await Effect.runPromise(Deferred.make<string>())
  const log = Logger.layer([Logger.make(({ message }) => Deferred.doneUnsafe(said, Effect.succeed(String(message))))])

  const nats = Nats.layer(decode({ servers: [`nats://127.0.0.1:${port}`] }), "test")
  const line = await Effect.runPromise(Effect.provide(Deferred.await(said), Layer.provide(nats, log)))

  expect(line).toBe(
    `NATS cannot be reached (nats://127.0.0.1:${port}): nothing listens there; is the server started? Runs go on; it is tried again.`,
  )
})

test("a file of the settings that is not there is named", async () => {
  const status = await using({ servers: ["nats://127.0.0.1:1"], credentialsFile: "none.creds" }, until("Away"))

  expect(status.problem).toMatch(/nats\.credentialsFile: the file "none\.creds" cannot be read/)
})

test("a file of keys without a key is named, and not quoted", async () => {
  const file = join(folder(), "seed")
  writeFileSync(file, "SUSECRETBUTWRONG")

  const status = await using({ servers: ["nats://127.0.0.1:1"], nkeySeedFile: file }, until("Away"))

  expect(status.problem).toContain(`nats.nkeySeedFile: "${file}" holds no usable key`)
  expect(status.problem).not.toContain("SECRET")
})

test("a connection that is made when nobody needs it any more is closed, and does not keep the process alive", async () => {
  const { promise: connecting, resolve } = Promise.withResolvers<Socket>()
  const server = createServer(resolve)
  onTestFinished(() => void server.close())
  await once(server.listen(0, "127.0.0.1"), "listening")
  const { port } = Schema.decodeUnknownSync(Schema.Struct({ port: Schema.Int }))(server.address())
  await using(
    { servers: [`nats://127.0.0.1:${port}`] },
    Effect.promise(() => connecting),
  )

  const socket = await connecting
  socket.on("data", (data) => /PING/.test(String(data)) && socket.write("PONG\r\n"))
  const info = { server_id: "slow", version: "2.10.0", max_payload: 1048576, proto: 1, headers: true, jetstream: true }
  socket.write(`INFO ${JSON.stringify(info)}\r\n`)

  await once(socket, "close")
})

describeWithNats("a connection", () => {
  test("is there once the server is, however late it starts", async () => {
    const server = await natsServer()
    await server.stop()

    const version = await using(
      { servers: [server.url] },
      Effect.gen(function* () {
        yield* until("Away")
        yield* Effect.promise(() => server.start())
        const nats = yield* Effect.flatMap(Nats, ({ connected }) => connected)
        return nats.connection.info?.version
      }),
    )

    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  })

  test("comes back after the server was killed, and says so", async () => {
    const server = await natsServer()

    const statuses = await using(
      { servers: [server.url] },
      Effect.gen(function* () {
        const before = yield* until("Connected")
        yield* Effect.promise(() => server.kill())
        const during = yield* until("Away")
        yield* Effect.promise(() => server.start())
        const after = yield* until("Connected")
        yield* echo
        return { before, during, after }
      }),
    )

    expect(statuses.before).toMatchObject({ jetStream: true, clustered: false, server: `127.0.0.1:${server.port}` })
    expect(statuses.during.problem).toMatch(/was lost/)
    expect(statuses.after).toEqual(statuses.before)
  })

  test("survives a network that breaks", async () => {
    const server = await natsServer()
    const proxy = await proxyTo(server.port)

    const roundTrip = await using(
      { servers: [proxy.url] },
      Effect.gen(function* () {
        yield* until("Connected")
        proxy.sever()
        yield* until("Away")
        proxy.resume()
        yield* until("Connected")
        return yield* echo
      }),
    )

    expect(roundTrip).toBeGreaterThanOrEqual(0)
  })

  test("is given up with the scope", async () => {
    const server = await natsServer()

    const connection = await using(
      { servers: [server.url] },
      Effect.map(
        Effect.flatMap(Nats, ({ connected }) => connected),
        (nats) => nats.connection,
      ),
    )

    expect(connection.isClosed()).toBe(true)
  })
})
