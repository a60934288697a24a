import { createHash } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

/** A call as the server got it. */
export interface ServedCall {
  readonly callName: string
  readonly runId: string
  readonly path: string
  readonly track: string
  readonly prompt: string
  /** How many processes had been killed by then. */
  readonly kills: number
  /** When it came, in ms since 1970. */
  readonly atMs: number
}

/** A model whose answer follows from the prompt alone; it remembers who called. `slowness` stretches its 0 to 7 ms. */
export const modelServer = async ({ slowness = 1 }: { readonly slowness?: number } = {}) => {
  const calls: Array<ServedCall> = []
  const waiting: Array<{ readonly count: number; readonly resolve: () => void }> = []
  let kills = 0
  const server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const asked = JSON.parse(Buffer.concat(chunks).toString())
      calls.push({ ...asked, kills, atMs: Date.now(), callName: String(request.headers["idempotency-key"]) })
      for (const { resolve } of waiting.filter(({ count }) => count <= calls.length)) resolve()
      const digest = createHash("sha256").update(asked.prompt).digest()
      setTimeout(() => response.end(`says ${digest.toString("hex").slice(0, 12)}`), ((digest[0] ?? 0) % 8) * slowness)
    })
  })
  // A connection that ends by itself could take a call with it.
  server.keepAliveTimeout = 600_000
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  const { port }: AddressInfo = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    killed: () => {
      kills += 1
    },
    /** Resolves with the call that is so many from now. */
    callAfter: (more: number) =>
      new Promise<void>((resolve) => void waiting.push({ count: calls.length + more, resolve })),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
