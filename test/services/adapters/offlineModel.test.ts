import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Example } from "../../../src/Example.ts"
import type { AdapterName, Demo } from "../../../src/Program.ts"
import type { Signature } from "../../../src/Signature.ts"
import { askProgram } from "../../../src/services/adapters/askProgram.ts"
import { FactRecorder } from "../../../src/services/FactRecorder.ts"
import { modelsLayer } from "../../../src/services/models/modelsLayer.ts"
import { type DemoLookup, demoLookup } from "../../../src/services/retrieval/demoLookup.ts"
import { settings } from "../models/givenModels.ts"

const offline = modelsLayer({ settings: settings(), environment: {}, models: {} }).pipe(
  Layer.provide(Layer.succeed(FactRecorder, { record: () => Effect.void })),
)

const intents = (labels: readonly [string, ...Array<string>]): Signature => ({
  instructions: "Say which intent the message has.",
  inputs: [{ name: "message", type: "string" }],
  outputs: [{ name: "intent", type: "enum", values: labels }],
})

const ask = (
  signature: Signature,
  message: string,
  given: {
    readonly adapter: AdapterName
    readonly reasoning?: boolean
    readonly demos?: ReadonlyArray<Demo>
    readonly rows?: DemoLookup
  },
) =>
  askProgram({
    signature,
    candidate: {
      instructions: signature.instructions,
      adapter: given.adapter,
      reasoning: given.reasoning ?? false,
      demos: given.demos ?? [],
      ...(given.rows === undefined ? {} : { retrieval: { k: 8, rows: "0".repeat(64), count: 1 } }),
    },
    ...(given.rows === undefined ? {} : { rows: given.rows }),
    inputs: { message },
    model: "offline/in-context",
    origin: { runId: "run-1", step: "classify", path: "classify", track: "optimized" },
  }).pipe(Effect.provide(offline))

const demo = (message: string, intent: string): Demo => ({ inputs: { message }, outputs: { intent }, augmented: false })

describe.each(["chat", "json"] as const)("the offline model behind the %s adapter", (adapter) => {
  const signature = intents(["a1", "b2"])
  const demos = [demo("play some jazz music", "a1"), demo("will it rain tomorrow in Paris", "b2")]

  it.effect("answers as the nearest demo does, and follows when labels are swapped", () =>
    Effect.gen(function* () {
      const swapped = demos.map(({ inputs, outputs }) => ({
        inputs,
        outputs: { intent: outputs["intent"] === "a1" ? "b2" : "a1" },
        augmented: false,
      }))

      const answer = yield* ask(signature, "play jazz please", { adapter, demos })
      const other = yield* ask(signature, "play jazz please", { adapter, demos: swapped })

      expect([answer.outputs, answer.retried]).toEqual([{ intent: "a1" }, false])
      expect(other.outputs).toEqual({ intent: "b2" })
    }),
  )

  it.effect("reasons ahead of the answer when asked to, from demos without reasoning", () =>
    Effect.gen(function* () {
      const { outputs, retried } = yield* ask(signature, "rain in London?", { adapter, demos, reasoning: true })

      expect(Object.keys(outputs)).toEqual(["reasoning", "intent"])
      expect(outputs).toMatchObject({ intent: "b2", reasoning: expect.stringMatching(/\w/) })
      expect(outputs["reasoning"]).not.toContain("left out")
      expect(retried).toBe(false)
    }),
  )

  it.effect("fills every type of output", () =>
    Effect.gen(function* () {
      const every: Signature = {
        instructions: "Read the order.",
        inputs: [{ name: "message", type: "string" }],
        outputs: [
          { name: "summary", type: "string" },
          { name: "amount", type: "number" },
          { name: "count", type: "integer" },
          { name: "urgent", type: "boolean" },
          { name: "desk", type: "enum", values: ["sales", "billing (EU)", "it's other; really"] },
          { name: "tags", type: "array", schema: { type: "array", items: { type: "string" } } },
          {
            name: "buyer",
            type: "object",
            schema: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
          },
          { name: "note", type: "string", optional: true },
        ],
      }

      const { retried } = yield* ask(every, "Send 3 lamps for 42 euros to Ann, urgent.", { adapter })

      expect(retried).toBe(false)
    }),
  )
})

const snips = fileURLToPath(new URL("../../../../shared/data/snips/", import.meta.url))
const hasSnips = existsSync(snips)
if (!hasSnips) console.log("skipped: the data set ../shared/data/snips is absent")

const rowsOf = (file: string): ReadonlyArray<Example> =>
  readFileSync(`${snips}${file}`, "utf8")
    .trim()
    .split("\n")
    .map((line): { readonly input: string; readonly label: string } => JSON.parse(line))
    .map(({ input, label }) => ({ inputs: { message: input }, outputs: { intent: label } }))

describe.skipIf(!hasSnips)("200 test rows of snips", () => {
  it.effect(
    "are answered right in at least 94 of 100 cases from the 8 nearest training rows, through either adapter",
    () =>
      Effect.gen(function* () {
        const train = rowsOf("train.jsonl")
        const all = rowsOf("test.jsonl")
        const test = all.filter((_, at) => at % Math.ceil(all.length / 200) === 0 || at % 7 === 1).slice(0, 200)
        const [first = "", ...others] = new Set(train.map(({ outputs }) => String(outputs["intent"])))
        const signature = intents([first, ...others])
        const rows = demoLookup(train, signature)

        for (const adapter of ["chat", "json"] as const) {
          const right = yield* Effect.filter(test, ({ inputs, outputs }) =>
            Effect.map(
              ask(signature, String(inputs["message"]), { adapter, rows }),
              (answer) => answer.outputs["intent"] === outputs["intent"],
            ),
          )

          expect(test).toHaveLength(200)
          expect(right.length / test.length, adapter).toBeGreaterThanOrEqual(0.94)
        }
      }),
    30_000,
  )
})
