import { createServer } from "node:http"
import { onTestFinished } from "vitest"

/** A pipeline with one step, which learns to label the rows. */
export const labelledPipeline = `workflow:
  name: weather
  steps:
    - name: sort
      type: claude
      signature:
        instructions: Say whether it is warm or cold.
        input_fields: [{ name: message, type: string }]
        output_fields: [{ name: side, type: enum, values: [warm, cold] }]
      prompt: "Warm or cold? {{inputs.message}}"
  dspy_config:
    training_data_path: rows.jsonl
    evaluation_mode: knn_few_shot
`

/** A server in OpenAI's format that sorts messages into warm and cold: always `cold`, unless a demo shows the same word. */
export interface LabellingProvider {
  readonly url: string
  readonly started: () => number
  readonly answered: () => number
  /** Resolves when this many calls were answered. */
  readonly reached: (answered: number) => Promise<void>
}

export const labellingProvider = async (latencyMs = 0): Promise<LabellingProvider> => {
  let started = 0
  let answered = 0
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      started += 1
      const { messages } = JSON.parse(Buffer.concat(chunks).toString())
      setTimeout(() => {
        if (response.destroyed) return
        answered += 1
        response.setHeader("content-type", "application/json")
        response.end(JSON.stringify(completion(labelFor(messages))))
        for (const check of waiting) check()
      }, latencyMs)
    })
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("no port")
  return {
    url: `http://127.0.0.1:${address.port}`,
    started: () => started,
    answered: () => answered,
    reached: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (answered < count) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
  }
}

interface Message {
  readonly role: string
  readonly content: string
}

const words = ["fire", "sun", "sand", "ice", "snow", "rain"]
const sideOf = (word: string): string => (["fire", "sun", "sand"].includes(word) ? "warm" : "cold")

const labelFor = (messages: ReadonlyArray<Message>): string => {
  const asked = textOf(messages.at(-1))
  const word = words.find((each) => asked.includes(each)) ?? ""
  if (!asked.includes("[[ ##")) return "cold"
  const shown = messages.slice(1, -1).some((message) => message.role === "user" && textOf(message).includes(word))
  return `[[ ## side ## ]]\n${shown ? sideOf(word) : "cold"}\n\n[[ ## completed ## ]]`
}

const textOf = (message: Message | undefined): string => JSON.stringify(message?.content ?? "")

const completion = (content: string) => ({
  id: "c",
  object: "chat.completion",
  created: 0,
  model: "labeller",
  choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
  usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
})

/** Rows that the provider labels right where it is shown demos. */
export const labelledRows = (count: number): string =>
  Array.from({ length: count }, (_, at) => {
    const word = words[at % words.length] ?? ""
    return JSON.stringify({ input: `${word} number ${at}`, label: sideOf(word) })
  }).join("\n")
