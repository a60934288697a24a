import { createConnection, createServer, type Socket } from "node:net"
import { onTestFinished } from "vitest"

/** The network between a client and a server. */
export interface Proxy {
  readonly url: string
  /** Nothing gets through any more, and nobody is told: a cable that was pulled. */
  readonly pause: () => void
  /** What was held up goes on. */
  readonly resume: () => void
  /** Every connection breaks, and none is taken until `resume`. */
  readonly sever: () => void
}

/** Passes everything on to a port of this machine, until told otherwise. */
export const proxyTo = async (port: number): Promise<Proxy> => {
  const pairs = new Set<readonly [Socket, Socket]>()
  let state: "open" | "paused" | "severed" = "open"
  const proxy = createServer((client) => {
    client.on("error", () => {})
    if (state === "severed") return void client.destroy()
    const server = createConnection(port, "127.0.0.1")
    const pair = [client, server] as const
    pairs.add(pair)
    const close = () => {
      pairs.delete(pair)
      client.destroy()
      server.destroy()
    }
    server.on("error", close)
    for (const [from, to] of [pair, [server, client] as const]) {
      from.on("data", (data) => {
        if (!to.write(data)) {
          from.pause()
          to.once("drain", () => state !== "paused" && from.resume())
        }
      })
      from.on("close", close)
      if (state === "paused") from.pause()
    }
  })
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening))
  const each = (act: (socket: Socket) => void) => pairs.forEach((pair) => pair.forEach(act))
  onTestFinished(() => {
    each((socket) => socket.destroy())
    proxy.close()
  })
  const address = proxy.address()
  if (address === null || typeof address === "string") throw new Error("no port")
  return {
    url: `nats://127.0.0.1:${address.port}`,
    pause: () => {
      state = "paused"
      each((socket) => socket.pause())
    },
    resume: () => {
      state = "open"
      each((socket) => socket.resume())
    },
    sever: () => {
      state = "severed"
      each((socket) => socket.destroy())
    },
  }
}
