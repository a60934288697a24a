import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { credsAuthenticator, nkeyAuthenticator, nkeys } from "@nats-io/transport-node"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { describe, expect, test } from "vitest"
import type { NatsSettings } from "../../../src/NatsSettings.ts"
import { ensureStream } from "../../../src/services/nats/ensureStreams.ts"
import { eventsSpec } from "../../../src/services/nats/eventsSpec.ts"
import { Nats } from "../../../src/services/nats/Nats.ts"
import { certificates } from "./certificates.ts"
import { folder, natsSettings } from "./events.ts"
import { describeWithNats } from "./natsProgram.ts"
import { natsServer } from "./natsServer.ts"
import { operatorAccount } from "./operatorAccount.ts"

type Settings = typeof NatsSettings.Encoded

/** `in` where JetStream can be worked with, else what is said. */
const entered = (settings: Settings): Promise<string> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const nats = yield* Nats
      const [decided] = yield* Stream.runCollect(
        Stream.take(
          Stream.filter(nats.statusChanges, ({ _tag }) => _tag !== "Connecting"),
          1,
        ),
      )
      if (decided?._tag === "Away") return decided.problem
      const { created } = yield* ensureStream(eventsSpec(nats.settings))
      return created ? "in" : "in again"
    }).pipe(Effect.provide(Nats.layer(natsSettings(settings), "test"))),
  )

const file = (name: string, text: string): string => {
  const path = join(folder(), name)
  writeFileSync(path, text)
  return path
}

describeWithNats("a server with TLS", () => {
  test("is entered where its certificate authority is named, and by tls:// as by nats://", async () => {
    const { ca, server: own } = certificates()
    const server = await natsServer({
      configuration: `tls { cert_file: "${own.cert}", key_file: "${own.key}" }`,
      connection: { tls: { caFile: ca } },
    })

    expect(await entered({ servers: [server.url], tls: { caFile: ca } })).toBe("in")
    expect(await entered({ servers: [server.url.replace("nats:", "tls:")], tls: { caFile: ca } })).toBe("in again")
  })

  test("is not trusted where nobody known vouches for it, and it is said what to do", async () => {
    const { ca, server: own } = certificates()
    const server = await natsServer({
      configuration: `tls { cert_file: "${own.cert}", key_file: "${own.key}" }`,
      connection: { tls: { caFile: ca } },
    })

    expect(await entered({ servers: [server.url] })).toMatch(
      /vouches for the server's certificate; name its CA in tls\.caFile/,
    )
  })

  test("that wants to know who we are is shown our certificate", async () => {
    const { ca, server: own, client } = certificates()
    const server = await natsServer({
      configuration: `tls { cert_file: "${own.cert}", key_file: "${own.key}", ca_file: "${ca}", verify: true }`,
      connection: { tls: { caFile: ca, certFile: client.cert, keyFile: client.key } },
    })
    const tls = { caFile: ca, certFile: client.cert, keyFile: client.key }

    expect(await entered({ servers: [server.url], tls })).toBe("in")
    expect(await entered({ servers: [server.url], tls: { caFile: ca } })).toMatch(
      /want a client certificate \(tls\.certFile\)/,
    )
  })

  test("is missed where the settings ask for TLS and there is none", async () => {
    const server = await natsServer()

    expect(await entered({ servers: [server.url.replace("nats:", "tls:")] })).toMatch(/speaks no TLS/)
  })
})

describeWithNats("a server that lets not everybody in", () => {
  const wrong = /does not accept who we are; check user, password, token, credentialsFile or nkeySeedFile/

  test("takes a user and a password, from the settings or the address", async () => {
    const server = await natsServer({
      configuration: `authorization { user: me, password: "p@ss:word" }`,
      connection: { user: "me", pass: "p@ss:word" },
    })

    expect(await entered({ servers: [server.url], user: "me", password: "p@ss:word" })).toBe("in")
    expect(await entered({ servers: [server.url.replace("//", "//me:p%40ss:word@")] })).toBe("in again")
    expect(await entered({ servers: [server.url], user: "me", password: "no" })).toMatch(wrong)
    expect(await entered({ servers: [server.url] })).toMatch(wrong)
  })

  test("takes a token, from the settings or the address", async () => {
    const server = await natsServer({ configuration: `authorization { token: t0ken }`, connection: { token: "t0ken" } })

    expect(await entered({ servers: [server.url], token: "t0ken" })).toBe("in")
    expect(await entered({ servers: [server.url.replace("//", "//t0ken@")] })).toBe("in again")
    expect(await entered({ servers: [server.url], token: "other" })).toMatch(wrong)
  })

  test("takes an NKEY, from a file that may hold comments", async () => {
    const user = nkeys.createUser()
    const seed = user.getSeed()
    const server = await natsServer({
      configuration: `authorization { users: [{ nkey: ${user.getPublicKey()} }] }`,
      connection: { authenticator: nkeyAuthenticator(seed) },
    })
    const own = file("user.nk", `# of a test\n${new TextDecoder().decode(seed)}\n`)
    const others = file("other.nk", new TextDecoder().decode(nkeys.createUser().getSeed()))

    expect(await entered({ servers: [server.url], nkeySeedFile: own })).toBe("in")
    expect(await entered({ servers: [server.url], nkeySeedFile: others })).toMatch(wrong)
  })

  test("takes the credentials that an account gave", async () => {
    const { configuration, credentials } = operatorAccount()
    const server = await natsServer({
      configuration,
      connection: { authenticator: credsAuthenticator(new TextEncoder().encode(credentials)) },
    })

    expect(await entered({ servers: [server.url], credentialsFile: file("user.creds", credentials) })).toBe("in")
    const others = file("other.creds", operatorAccount().credentials)
    expect(await entered({ servers: [server.url], credentialsFile: others })).toMatch(wrong)
  })
})

describe("a server without JetStream", () => {
  describeWithNats("is connected to, and what it lacks is said", () => {
    test("where something is to be kept", async () => {
      const server = await natsServer({ jetStream: false })

      await expect(entered({ servers: [server.url] })).rejects.toThrow(/JetStream does not answer|enable JetStream/)
    })
  })
})
