import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Example } from "../../../src/Example.ts"
import { JsonObject } from "../../../src/Json.ts"
import type { Message } from "../../../src/Message.ts"
import type { OptimizerName } from "../../../src/Program.ts"
import type { Signature } from "../../../src/Signature.ts"
import { askProgram } from "../../../src/services/adapters/askProgram.ts"
import { formatFrozen } from "../../../src/services/adapters/frozenPrompt.ts"
import { dspyOptimizer } from "../../../src/services/dspy/dspyOptimizer.ts"
import type { DspyOptions } from "../../../src/services/dspy/DspyOptions.ts"
import { serveEndpoint } from "../../../src/services/dspy/endpoint.ts"
import { idleGuard } from "../../../src/services/dspy/idleGuard.ts"
import { FactRecorder } from "../../../src/services/FactRecorder.ts"
import { Models } from "../../../src/services/models/Models.ts"
import { modelsLayer } from "../../../src/services/models/modelsLayer.ts"
import {
  OptimizationBench,
  OptimizationError,
  type OptimizerSettings,
} from "../../../src/services/optimization/Optimizer.ts"
import { exportDspyState } from "../../../src/services/programs/exportDspyState.ts"
import { pythonEnvironment } from "../../python/pythonEnvironment.ts"
import { runPython } from "../../python/runPython.ts"
import { settings } from "../models/givenModels.ts"
import { aProgram } from "../programs/aProgram.ts"
import { type ABench, aBench } from "./aBench.ts"
import { standInPython } from "./standInPython.ts"

const environment = await pythonEnvironment()
const python = "missing" in environment ? {} : environment

const Row = Schema.fromJsonString(Schema.Struct({ input: JsonObject, output: JsonObject }))

const intents = [
  "account_access",
  "billing_problem",
  "cancel_order",
  "damaged_item",
  "order_status",
  "product_question",
  "refund_request",
  "return_or_exchange",
]

/** Intents go under codes that say nothing, so that only demos can tell what they are. */
const rowsOf = (file: string): ReadonlyArray<Example> =>
  readFileSync(new URL(`../../../examples/support-triage/${file}`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => Schema.decodeUnknownSync(Row)(line))
    .map(({ input, output }) => ({
      inputs: { message: input["message"] ?? "" },
      outputs: { intent: `K${intents.indexOf(`${output["intent"]}`)}`, order_number: output["order_number"] ?? "" },
    }))

const signature: Signature = {
  instructions: "Say what the customer wants, and the order number if there is one.",
  inputs: [{ name: "message", type: "string" }],
  outputs: [
    { name: "intent", type: "enum", values: ["K0", "K1", "K2", "K3", "K4", "K5", "K6", "K7"] },
    { name: "order_number", type: "string", description: "empty where there is none" },
  ],
}
const trainset = rowsOf("train.jsonl").slice(0, 24)
const valset = rowsOf("train.jsonl").slice(24, 40)
const heldOut = rowsOf("test.jsonl").slice(0, 16)

const offline = modelsLayer({ settings: settings(), environment: {}, models: {} }).pipe(
  Layer.provide(Layer.succeed(FactRecorder, { record: () => Effect.void })),
)
const model = "offline/in-context"
const origin = { runId: "job", step: "triage", path: "triage", track: "optimized" } as const

const share = (expected: JsonObject, actual: JsonObject): number =>
  Object.keys(expected).filter((name) => expected[name] === actual[name]).length / Object.keys(expected).length

/** A bench whose model is the offline one and whose metric is the share of fields that are right. */
const offlineBench = Effect.gen(function* () {
  const models = yield* Models
  return aBench({
    complete: (messages: ReadonlyArray<Message>) =>
      models
        .generate({ model, origin, messages })
        .pipe(Effect.mapError(({ message }) => new OptimizationError({ reason: "model_failed", message }))),
    canWriteInstructions: false,
    score: ({ outputs }, actual) => Effect.succeed({ score: share(outputs, actual) }),
  })
})

const optimize = (
  name: OptimizerName,
  bench: ABench,
  given: { readonly reasoning?: boolean; readonly settings?: OptimizerSettings; readonly options?: DspyOptions } = {},
) =>
  dspyOptimizer(name, given.options ?? { state: "unused", environment: process.env, ...python })
    .optimize({
      signature,
      student: {
        instructions: signature.instructions,
        adapter: "chat",
        reasoning: given.reasoning ?? false,
        demos: [],
      },
      trainset,
      valset,
      seed: 5,
      settings: { maxBootstrappedDemos: 3, maxLabeledDemos: 4, scoreThreshold: 1, ...given.settings },
    })
    .pipe(Effect.provideService(OptimizationBench, bench))

/** What the saved program answers in Python, asking the same model. */
const answersInPython = Effect.fnUntraced(function* (bench: ABench, program: ReturnType<typeof aProgram>) {
  const { url, token } = yield* serveEndpoint(bench, yield* idleGuard(60_000))
  const job = {
    signature,
    candidate: program.candidate,
    state: exportDspyState(program),
    url: `${url}/v1`,
    token,
    inputs: heldOut.map(({ inputs }) => inputs),
  }
  const script = fileURLToPath(new URL("answers.py", import.meta.url))
  const { stdout, stderr } = yield* Effect.promise(() =>
    runPython(environment, [script], { stdin: JSON.stringify(job) }),
  )
  const answers = Schema.decodeUnknownExit(Schema.fromJsonString(Schema.Array(JsonObject)))(stdout)
  return answers._tag === "Success" ? answers.value : expect.fail(stderr)
})

describe.skipIf("missing" in environment)("the real DSPy", { timeout: 180_000 }, () => {
  it.live.each<[OptimizerName, OptimizerSettings, boolean]>([
    ["bootstrap_few_shot", {}, false],
    ["mipro_v2", { candidates: 4, maxDemos: 3 }, true],
  ])("compiles by %s what answers alike in Python and in TypeScript", ([name, given, reasoning]) =>
    Effect.gen(function* () {
      const bench = yield* offlineBench

      const { candidate, frozen = [], validationScore } = yield* optimize(name, bench, { reasoning, settings: given })

      const program = aProgram({ signature, candidate, frozen })
      const serve = ({ inputs }: Example) => askProgram({ signature, candidate, frozen, inputs, model, origin })
      const served = yield* Effect.forEach(heldOut, serve)
      const recounted = yield* Effect.forEach(valset, (row) =>
        Effect.map(serve(row), ({ outputs }) => share(row.outputs, outputs)),
      )
      const askedSoFar = bench.asked.length
      const inPython = yield* answersInPython(bench, program)
      const sentByPython = bench.asked.slice(askedSoFar).map(([messages]) => messages)
      const [chat] = frozen
      expect(candidate.demos.some(({ augmented }) => augmented)).toBe(true)
      expect(frozen.map(({ adapter }) => adapter)).toEqual(["chat", "json"])
      expect(validationScore).toBeCloseTo(recounted.reduce((sum, score) => sum + score, 0) / valset.length, 9)
      expect(served.map(({ outputs }) => outputs)).toEqual(inPython)
      expect(heldOut.map(({ inputs }) => chat && formatFrozen(chat, signature, inputs))).toEqual(sentByPython)
      expect(bench.notes.some((note) => note.includes("cannot write"))).toBe(name === "mipro_v2")
      expect(new Set(served.map(({ outputs }) => outputs["order_number"])).size).toBeGreaterThan(1)
    }).pipe(Effect.provide(offline)),
  )

  it.live("gives the same program for the same seed", () =>
    Effect.gen(function* () {
      const compile = Effect.flatMap(offlineBench, (bench) =>
        optimize("bootstrap_few_shot_random_search", bench, { settings: { candidates: 2 } }),
      )

      const [once, again] = yield* Effect.all([compile, compile], { concurrency: 2 })

      expect(once).toEqual(again)
    }).pipe(Effect.provide(offline)),
  )

  it.live.each<[string, OptimizationError["reason"], string]>([
    ["the budget is too small", "budget_exhausted", "1 of 1 calls are made"],
    ["the model fails every time", "model_failed", "the provider refuses the key"],
    ["something is set up wrongly", "configuration", "there is no such model"],
  ])("ends with the bench's own words where %s", ([, reason, message]) =>
    Effect.gen(function* () {
      const failure = new OptimizationError({ reason, message })
      const bench = aBench({ complete: () => Effect.fail(failure) })

      const error = yield* Effect.flip(optimize("bootstrap_few_shot", bench))

      expect(error).toEqual(failure)
    }),
  )

  it.live("gives the best so far where the budget ends, and says so", () =>
    Effect.gen(function* () {
      const offlineOne = yield* offlineBench
      const spent = new OptimizationError({ reason: "budget_exhausted", message: "40 of 40 calls are made" })
      const bench: ABench = aBench({
        ...offlineOne,
        complete: (...asking) => (bench.asked.length > 40 ? Effect.fail(spent) : offlineOne.complete(...asking)),
      })

      const { validationScore } = yield* optimize("bootstrap_few_shot_random_search", bench)

      expect(validationScore).toBeGreaterThan(0)
      expect(bench.notes.at(-1)).toBe("the search ended early: 40 of 40 calls are made")
    }).pipe(Effect.provide(offline)),
  )

  it.live("ends with what the metric said", () =>
    Effect.gen(function* () {
      const broken = new OptimizationError({ reason: "metric_failed", message: "metric.ts threw: no label" })
      const bench = aBench({ ...(yield* offlineBench), score: () => Effect.fail(broken) })

      const error = yield* Effect.flip(optimize("bootstrap_few_shot", bench))

      expect(error).toEqual(broken)
    }).pipe(Effect.provide(offline)),
  )
})

describe("the DSPy engine", () => {
  it.live("is unavailable without Python, ahead of everything and in the end, having asked nothing", () =>
    Effect.gen(function* () {
      const bench = aBench()
      const options = { state: "unused", environment: { PATH: "/nowhere" } }

      const prepared = dspyOptimizer("gepa", options).prepare ?? Effect.void
      const early = yield* Effect.flip(Effect.provideService(prepared, OptimizationBench, bench))
      const late = yield* Effect.flip(optimize("gepa", bench, { options }))

      expect([early.reason, late.reason]).toEqual(["dspy_unavailable", "dspy_unavailable"])
      expect(bench.asked).toEqual([])
    }),
  )

  it.live.skipIf(process.platform === "win32")("says how to repair an environment that does not load any more", () =>
    Effect.gen(function* () {
      const broken = { type: "error", reason: "dspy_unavailable", message: "DSPy cannot be imported: no numpy" }

      const error = yield* Effect.flip(
        optimize("gepa", aBench(), { options: standInPython("true", `echo '${JSON.stringify(broken)}'`) }),
      )

      expect(error.reason).toBe("dspy_unavailable")
      expect(error.message).toMatch(/^DSPy cannot be imported: no numpy\. To have DSPy set up anew remove .*python-/)
    }),
  )

  it.live("refuses what DSPy cannot save", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(optimize("knn_few_shot", aBench()))

      expect(error).toMatchObject({ reason: "configuration", message: expect.stringContaining("--engine embedded") })
    }),
  )
})
