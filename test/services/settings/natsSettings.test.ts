import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { afterEach, beforeEach, expect, test } from "vitest"
import { loadSettings, type SettingsSources } from "../../../src/services/settings/loadSettings.ts"

let directory = ""
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "doubletrack-nats-settings-"))
})
afterEach(() => rm(directory, { recursive: true }))

const run = <A, E>(effect: Effect.Effect<A, E, NodeServices.NodeServices>) =>
  Effect.runPromise(Effect.provide(effect, NodeServices.layer))
const load = (sources: Omit<SettingsSources, "directory">, from = directory) =>
  run(loadSettings({ directory: from, ...sources }))

test("there is no server by default", async () => {
  const { settings } = await load({})

  expect(settings.nats).toMatchObject({ servers: [], outbox: { maxEvents: 100_000 } })
})

test("NATS_URL names several servers, and the config file what lets us in", async () => {
  await writeFile(join(directory, "doubletrack.config.json"), `{ "nats": { "servers": ["nats://c:1"], "user": "me" } }`)

  const { settings } = await load({ environment: { NATS_URL: "nats://a:4222, tls://b:4222", NATS_PASSWORD: "secret" } })

  expect(settings.nats).toMatchObject({ servers: ["nats://a:4222", "tls://b:4222"], user: "me", password: "secret" })
})

test("files are looked for beside the config file that names them", async () => {
  const inner = join(directory, "inner")
  await mkdir(inner)
  const nats = { credentialsFile: "a.creds", tls: { caFile: "ca.pem", certFile: "/etc/cert.pem" } }
  await writeFile(join(directory, "doubletrack.config.json"), JSON.stringify({ nats }))

  const { settings } = await load({}, inner)

  expect(settings.nats).toMatchObject({
    credentialsFile: join(directory, "a.creds"),
    tls: { caFile: join(directory, "ca.pem"), certFile: "/etc/cert.pem" },
  })
})

test("an address that is none is refused without repeating the password in it", async () => {
  const error = await run(
    Effect.flip(loadSettings({ directory, environment: { NATS_URL: "http://me:secret@host/path" } })),
  )

  expect(error.message).toMatch(/^NATS_URL: .*expected nats:\/\/HOST:PORT/)
  expect(error.message).not.toContain("secret")
})
