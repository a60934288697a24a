import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { connect, type ConnectionOptions, type NatsConnection } from "@nats-io/transport-node"
import { jetstreamManager } from "@nats-io/jetstream"
import { onTestFinished } from "vitest"
import { natsProgram } from "./natsProgram.ts"

/** A server of a test's own, with JetStream, on a free port and in a folder of its own. */
export interface NatsServer {
  readonly name: string
  readonly port: number
  /** `nats://127.0.0.1:PORT`. */
  readonly url: string
  /** What it said. */
  readonly log: () => string
  /** SIGKILL: nothing is put in order. */
  readonly kill: () => Promise<void>
  /** SIGTERM, and its end. */
  readonly stop: () => Promise<void>
  /** On the same port, with what it had kept; resolves when it answers. */
  readonly start: () => Promise<void>
  /** Forgets everything it had kept; to be called while it is down. */
  readonly wipe: () => void
  /** A plain client, closed after the test. */
  readonly client: (options?: ConnectionOptions) => Promise<NatsConnection>
}

interface ServerOptions {
  readonly name?: string
  readonly port?: number
  /** More lines of its configuration: TLS, users. */
  readonly configuration?: string
  /** How a client gets in, where not everybody does. */
  readonly connection?: ConnectionOptions
  /** Whether JetStream is on; default: yes. */
  readonly jetStream?: boolean
}

/** Starts one, and ends it after the test. */
export const natsServer = async (options: ServerOptions = {}): Promise<NatsServer> => {
  const server = await newServer(options)
  onTestFinished(() => server.end())
  await server.start()
  return server
}

/** Starts members of one cluster, and ends them after the test. */
export const natsCluster = async (size = 3): Promise<ReadonlyArray<NatsServer>> => {
  const ports = await freePorts(2 * size)
  const routes = ports.slice(size).map((port) => `nats-route://127.0.0.1:${port}`)
  const members = await Promise.all(
    routes.map((_, index) =>
      newServer({
        name: `n${index + 1}`,
        port: ports[index] ?? 0,
        configuration: `cluster { name: fleet, listen: "127.0.0.1:${ports[size + index]}", routes: ${JSON.stringify(routes)} }`,
      }),
    ),
  )
  onTestFinished(async () => void (await Promise.all(members.map((member) => member.end()))))
  await Promise.all(members.map((member) => member.start()))
  return members
}

const newServer = async ({
  name = "nats",
  port,
  configuration = "",
  connection = {},
  jetStream = true,
}: ServerOptions) => {
  if ("missing" in natsProgram) throw new Error(natsProgram.missing)
  const { path } = natsProgram
  const directory = mkdtempSync(join(tmpdir(), "doubletrack-nats-"))
  const ownPort = port ?? (await freePorts(1))[0] ?? 0
  const configurationFile = join(directory, "server.conf")
  const logFile = join(directory, "server.log")
  const store = join(directory, "js")
  const lines = [
    `server_name: ${name}-${ownPort}`,
    `listen: "127.0.0.1:${ownPort}"`,
    jetStream ? `jetstream { store_dir: ${JSON.stringify(store)}, max_file_store: 8GB }` : "",
    configuration,
  ]
  writeFileSync(configurationFile, lines.join("\n"))
  let running: ChildProcess | undefined

  const end = async (signal: NodeJS.Signals) => {
    const child = running
    running = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once("exit", resolve))
    child.kill(signal)
    await ended
  }
  const server: NatsServer & { readonly end: () => Promise<void> } = {
    name: `${name}-${ownPort}`,
    port: ownPort,
    url: `nats://127.0.0.1:${ownPort}`,
    log: () => readFileSync(logFile, "utf8"),
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    start: async () => {
      const log = openSync(logFile, "a")
      running = spawn(path, ["--config", configurationFile], { stdio: ["ignore", log, log] })
      await answers({ ...connection, servers: `127.0.0.1:${ownPort}` }, { jetStream, log: server.log })
    },
    wipe: () => rmSync(store, { recursive: true, force: true }),
    client: async (options = {}) => {
      const client = await connect({
        ...connection,
        servers: `127.0.0.1:${ownPort}`,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 100,
        ...options,
      })
      onTestFinished(() => client.close())
      return client
    },
    end: async () => {
      await end("SIGKILL")
      rmSync(directory, { recursive: true, force: true })
    },
  }
  return server
}

/** Waits until the server lets a client in, and JetStream has a leader. */
const answers = async (
  connection: ConnectionOptions,
  { jetStream, log }: { readonly jetStream: boolean; readonly log: () => string },
): Promise<void> => {
  const giveUpAt = Date.now() + 20_000
  for (;;) {
    try {
      const client = await connect({ ...connection, reconnect: false, timeout: 1000, noAsyncTraces: true })
      try {
        if (jetStream) await jetstreamManager(client, { timeout: 1000 })
        return
      } finally {
        await client.close()
      }
    } catch (error) {
      if (Date.now() > giveUpAt) throw new Error(`nats-server does not answer:\n${log()}`, { cause: error })
      await setTimeout(25)
    }
  }
}

/** Ports that nobody listens on. */
export const freePorts = async (count: number): Promise<ReadonlyArray<number>> => {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, "127.0.0.1", () => resolve(server))
        }),
    ),
  )
  const ports = servers.map((server) => {
    const address = server.address()
    return address !== null && typeof address === "object" ? address.port : 0
  })
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
