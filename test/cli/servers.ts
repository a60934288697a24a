import { createServer } from "node:net"
import { LLMock } from "@copilotkit/aimock"
import { onTestFinished } from "vitest"

/** A server, not written by us, that speaks the providers' real formats. */
export const mockProvider = async (): Promise<LLMock> => {
  const mock = await LLMock.create({ port: 0 })
  onTestFinished(() => mock.stop())
  return mock
}

/** A server that takes connections and says nothing; `connected` resolves with the first. */
export const muteProvider = async () => {
  const { promise: connected, resolve } = Promise.withResolvers<void>()
  const server = createServer((socket) => {
    socket.on("error", () => {})
    socket.resume()
    resolve()
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("no port")
  return { url: `http://127.0.0.1:${address.port}`, connected }
}

/** A server that answers every request with this text, whatever was asked. */
export const babblingProvider = async (text: string) => {
  const server = createServer((socket) => {
    socket.on("error", () => {})
    socket.once("data", () =>
      socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`),
    )
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("no port")
  return { url: `http://127.0.0.1:${address.port}` }
}

/** Settings that send the hosted provider's calls to a server of this test, without retries. */
export const atServer = (url: string) => ({
  OPENAI_API_KEY: "key-of-a-test",
  DOUBLETRACK_OPENAI_BASE_URL: `${url}/v1`,
  DOUBLETRACK_MODEL: "openai/gpt-5-mini",
  DOUBLETRACK_MODEL_RETRIES: "0",
})
