import { setTimeout } from "node:timers/promises"
import type { Price } from "../Settings.ts"
import { type CallOptions, generated, messagesOf, type ModelV4, providerError, streamed } from "./modelReplies.ts"
import type { ModelScript, ScriptedAnswer, ScriptedCall, ScriptedReply } from "./ScriptedReply.ts"

/** Waits; rejects once the signal says so. */
export type Sleep = (ms: number, signal: AbortSignal | undefined) => Promise<unknown>

export interface ScriptedModelOptions {
  /** Provider and model: its id in steps, events and prices. Default `scripted/model`. */
  readonly id?: `${string}/${string}`
  /** Absent: what calls cost is not known. */
  readonly price?: Price
  /** How it waits before it replies. Default: by the clock of the machine. */
  readonly sleep?: Sleep
}

/** A model object of the AI SDK that replies by a script. */
export interface ScriptedModel extends ModelV4 {
  /** Every call so far. */
  readonly calls: ReadonlyArray<ScriptedCall>
  /** For `prices` of the settings. */
  readonly prices: Readonly<Record<string, Price>>
  /** Resolves once it was called so many times, answered or not. */
  readonly called: (times: number) => Promise<void>
  /** Waits by another clock from now on. */
  readonly sleepBy: (sleep: Sleep) => void
}

/** A model to test with, as in `Doubletrack.start({ model: scriptedModel(["refund", { status: 503 }]) })`. */
export const scriptedModel = (
  script: ModelScript,
  { id = "scripted/model", price, sleep: sleepAtFirst = byMachine }: ScriptedModelOptions = {},
): ScriptedModel => {
  const [provider = "", ...name] = id.split("/")
  const calls: Array<ScriptedCall> = []
  const waiting = new Map<() => void, number>()
  let sleep = sleepAtFirst

  const reply = async (options: CallOptions): Promise<readonly [ScriptedAnswer, ScriptedCall]> => {
    const messages = messagesOf(options)
    const call = { number: calls.length, prompt: messages.at(-1)?.text ?? "", messages }
    calls.push(call)
    for (const [resolve, times] of waiting) if (times <= calls.length && waiting.delete(resolve)) resolve()
    const scripted = pick(script, call)
    if (typeof scripted === "string") return [{ text: scripted }, call]
    if (scripted.afterMs !== undefined) await sleep(scripted.afterMs, options.abortSignal)
    if ("status" in scripted) throw await providerError(scripted)
    return [scripted, call]
  }

  return {
    specificationVersion: "v4",
    provider,
    modelId: name.join("/"),
    supportedUrls: {},
    calls,
    prices: price === undefined ? {} : { [id]: price },
    called: (times) =>
      calls.length >= times ? Promise.resolve() : new Promise((resolve) => waiting.set(resolve, times)),
    sleepBy: (other) => {
      sleep = other
    },
    doGenerate: async (options) => generated(...(await reply(options))),
    doStream: async (options) => ({ stream: ReadableStream.from(streamed(...(await reply(options)))) }),
  }
}

const byMachine: Sleep = (ms, signal) => setTimeout(ms, undefined, { signal })

const pick = (script: ModelScript, call: ScriptedCall): ScriptedReply => {
  if (typeof script === "function") return script(call)
  const scripted = script[call.number]
  if (scripted !== undefined) return scripted
  const prompt = call.prompt.slice(0, 200)
  throw new Error(`the script has ${script.length} replies, and the model was asked once more: ${prompt}`)
}
