import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { expect, onTestFinished, test } from "vitest"
import { decodeSettings } from "../../../../src/decodeSettings.ts"
import { programLayers } from "../../../../src/programLayers.ts"
import { stepTypesLayer } from "../../../../src/services/executors/StepTypes.ts"
import { traditionalLayer } from "../../../../src/services/executors/traditional.ts"
import { ModelError, type ModelRequest } from "../../../../src/services/models/Models.ts"
import { Nats } from "../../../../src/services/nats/Nats.ts"
import { OptimizationQueue } from "../../../../src/services/optimization/queue/OptimizationQueue.ts"
import type { RequestReason } from "../../../../src/services/optimization/queue/QueuedOptimization.ts"
import { Prompts } from "../../../../src/services/prompts/Prompts.ts"
import { Store } from "../../../../src/services/store/Store.ts"
import { Workflows } from "../../../../src/services/workflows/Workflows.ts"
import { describeWithNats } from "../../nats/natsProgram.ts"
import { natsServer } from "../../nats/natsServer.ts"
import { countedModel } from "../aJob.ts"
import { sortedOrNot } from "../anOptimization.ts"
import { allDone, request, until, worker } from "./aWorker.ts"

/** A node of a fleet that compiles in the background. */
const startNode = async (url: string, answer: (request: ModelRequest) => string | ModelError = sortedOrNot) => {
  const model = countedModel(answer)
  const runtime = ManagedRuntime.make(
    OptimizationQueue.layer.pipe(
      Layer.provideMerge(traditionalLayer),
      Layer.provideMerge(stepTypesLayer([])),
      Layer.provideMerge(Layer.mergeAll(model.layer, Prompts.layer, Workflows.layer)),
      Layer.provideMerge(programLayers(decodeSettings({ nats: { servers: [url] } }))),
      Layer.provideMerge(Store.layerMemory),
      Layer.provideMerge(NodeServices.layer),
    ),
  )
  onTestFinished(() => runtime.dispose())
  await runtime.runPromise(Effect.flatMap(Nats, ({ connected }) => connected))
  return {
    calls: model.started,
    /** Works until nothing is wanted any more; gives what came of it. */
    work: (rows: number, why: RequestReason = "no_program") =>
      runtime.runPromise(
        Effect.gen(function* () {
          yield* OptimizationQueue.use((queue) => queue.request(request({ why })))
          const working = yield* Effect.forkChild(worker({ rows }))
          yield* until(allDone)
          yield* Fiber.interrupt(working)
          return (yield* OptimizationQueue.use(({ list }) => list)).map(({ last }) => last)
        }),
      ),
  }
}

describeWithNats("in a fleet", () => {
  test.each([
    ["the same rows", [60, 60]],
    ["rows of their own", [60, 72]],
  ] as const)("one node compiles what several want in the background, with %s", async (_what, [few, more]) => {
    const { url } = await natsServer()
    const [one, other] = [await startNode(url), await startNode(url)]

    const outcomes = await Promise.all([one.work(few), other.work(more)])

    expect(outcomes.flat().map((last) => last?.status)).toEqual(["adopted", "adopted"])
    expect(new Set(outcomes.flat().map((last) => last?.programId)).size).toBe(1)
    expect([one.calls(), other.calls()].filter((calls) => calls > 0)).toHaveLength(1)
  })
  test.each(["no_program", "drift"] as const)(
    "an attempt for %s that fails on one node is not made again on the others at once, which say why",
    async (why) => {
      const { url } = await natsServer()
      const nobody = ({ model }: ModelRequest) =>
        new ModelError({ reason: "unreachable", message: "nobody answers", model })
      const nodes = await Promise.all([1, 2, 3].map(() => startNode(url, nobody)))

      const outcomes = (await Promise.all(nodes.map((node) => node.work(60, why)))).flat()

      expect(outcomes.map((last) => last?.status)).toEqual(["failed", "failed", "failed"])
      expect(outcomes.filter((last) => /^the same .* nobody answers$/.test(last?.message ?? ""))).toHaveLength(2)
      expect(nodes.filter(({ calls }) => calls() > 0)).toHaveLength(1)
    },
  )
})
