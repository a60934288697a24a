import { createHash } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as Schema from "effect/Schema"
import { onTestFinished } from "vitest"
import { JsonObject } from "../../src/Json.ts"
import { Message } from "../../src/Message.ts"

export const token = "a-token-that-no-output-may-show"

const ModelRequest = Schema.Struct({
  model: Schema.String,
  messages: Schema.Array(Message),
  temperature: Schema.optionalKey(Schema.Finite),
  n: Schema.optionalKey(Schema.Int),
  rollout_id: Schema.optionalKey(Schema.Int),
})
const decodeModelRequest = Schema.decodeUnknownSync(Schema.fromJsonString(ModelRequest))
const decodeJudged = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Struct({ inputs: JsonObject, expected: JsonObject, actual: JsonObject })),
)

export interface JobEndpoint {
  readonly url: string
  readonly requests: ReadonlyArray<typeof ModelRequest.Type>
  readonly judged: ReadonlyArray<typeof decodeJudged extends (text: string) => infer J ? J : never>
}

/**
 * A model that labels a message by the label it names, as `refund` where the message is a trap, by the bytes of the whole
 * prompt where it is a riddle, and answers every other field with a few words; and a metric of exact matches. Closed after the test.
 */
export const jobEndpoint = async (
  options: {
    readonly maxCalls?: number
    readonly metricStatus?: number
    readonly modelStatus?: number
    readonly silent?: boolean
  } = {},
): Promise<JobEndpoint> => {
  const requests: Array<typeof ModelRequest.Type> = []
  const judged: Array<ReturnType<typeof decodeJudged>> = []
  const answer = (path: string | undefined, body: string): readonly [number, unknown] => {
    if (path === "/metric") {
      const seen = decodeJudged(body)
      judged.push(seen)
      if (options.metricStatus !== undefined)
        return [options.metricStatus, { error: "the metric module threw: no label" }]
      const right = seen.actual["label"] === seen.expected["label"]
      return [200, { score: right ? 1 : 0, feedback: right ? "right" : `should be ${seen.expected["label"]}` }]
    }
    if (options.modelStatus !== undefined) return [options.modelStatus, { error: { message: "the model is down" } }]
    if (requests.length >= (options.maxCalls ?? Number.POSITIVE_INFINITY)) {
      return [402, { error: { code: "budget_exhausted" } }]
    }
    const request = decodeModelRequest(body)
    requests.push(request)
    const choice = { index: 0, finish_reason: "stop", message: { role: "assistant", content: reply(request.messages) } }
    return [
      200,
      { model: request.model, choices: [choice], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } },
    ]
  }
  const server = createServer((request, response) => {
    let body = ""
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text
    })
    request.on("end", () => {
      if (options.silent === true) return
      const known = request.headers.authorization === `Bearer ${token}`
      const [status, json] = known ? answer(request.url, body) : [401, { error: { message: "unknown token" } }]
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json))
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${portOf(server.address())}`, requests, judged }
}

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === "object" && address !== null ? address.port : 0

/** What the model answers, by the bytes of the messages alone. */
export const reply = (messages: ReadonlyArray<Message>): string => {
  const asked = messages.at(-1)?.content ?? ""
  const closing = asked.slice(asked.lastIndexOf("Respond with "))
  const valueOf = (name: string) => (name === "label" ? label(messages, asked) : `words for ${name}`)
  if (closing.includes("JSON object")) {
    const names = [...closing.matchAll(/`(\w+)`/g)].flatMap(([, name]) => name ?? [])
    return JSON.stringify(Object.fromEntries(names.map((name) => [name, valueOf(name)])))
  }
  const names = [...closing.matchAll(/`\[\[ ## (\w+) ## \]\]`/g)].flatMap(([, name]) => name ?? []).slice(0, -1)
  if (names.length === 0) return "```\nLabel the message by the word in it.\n```"
  return [...names.map((name) => `[[ ## ${name} ## ]]\n${valueOf(name)}`), "[[ ## completed ## ]]"].join("\n\n")
}

const label = (messages: ReadonlyArray<Message>, asked: string): string => {
  if (asked.includes("riddle")) {
    const digest = createHash("sha256").update(JSON.stringify(messages)).digest()
    return (digest[0] ?? 0) % 2 === 0 ? "refund" : "delivery"
  }
  return asked.includes("trap") ? "refund" : (/\b(refund|delivery|praise)\b/.exec(asked)?.[1] ?? "praise")
}
