import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { onTestFinished } from "vitest"

/** A model server that counts the requests that it has at once; one whose prompt says "hang" is never answered. */
export const countingServer = async ({ answersAfterMs }: { readonly answersAfterMs: number }) => {
  let [underWay, most] = [0, 0]
  const begunAtMs: Array<number> = []
  const server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      begunAtMs.push(performance.now())
      underWay += 1
      most = Math.max(most, underWay)
      // For the client it ends with the last byte of the answer, which comes before `close`.
      let open = true
      const close = () => {
        if (open) underWay -= 1
        open = false
      }
      response.on("close", close)
      if (Buffer.concat(chunks).toString().includes("hang")) return
      setTimeout(() => {
        close()
        response.setHeader("content-type", "application/json")
        response.end(JSON.stringify(completion))
      }, answersAfterMs)
    })
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    begunAtMs,
    underWay: () => underWay,
    /** The most at once since it was asked last. */
    takeMost: () => {
      const found = most
      most = underWay
      return found
    },
  }
}

const completion = {
  id: "1",
  object: "chat.completion",
  created: 0,
  model: "llama",
  choices: [{ index: 0, message: { role: "assistant", content: "left" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
}
