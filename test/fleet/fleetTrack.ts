import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Doubletrack, type DoubletrackOptions, OptimizedExecutor, type WorkflowInput } from "../../src/index.ts"
import { noUsage } from "../../src/Usage.ts"
import { promptOf, scriptedModels } from "../scriptedModels.ts"

const signature = {
  instructions: "Say on which side it lies.",
  inputs: [{ name: "thing", type: "string" }],
  outputs: [{ name: "side", type: "string" }],
} as const

const sorting = (name: string, quality: NonNullable<WorkflowInput["steps"][number]["quality"]>): WorkflowInput => ({
  name,
  hybrid_config: { mode: "hybrid" },
  steps: [
    {
      name: "sort",
      type: "claude",
      prompt: [{ type: "static", content: "sort {{inputs.thing}}" }],
      signature,
      quality,
    },
  ],
})

/** Judged at once. */
export const judged = sorting("judged", [{ assess: "side" }])

/** Judged by people, later. */
export const awaited = sorting("awaited", ["feedback"])

/** Evenly from [0, 1), from a text. */
const share = (text: string): number => createHash("sha256").update(text).digest().readUInt32BE() / 2 ** 32

/** What a thing is, by its name; the prompt as written is right six times out of ten, the program nine times. */
export const sideOf = (thing: string): string => (share(thing) < 0.5 ? "left" : "right")

const answer = (thing: string, right: number): string =>
  share(`${thing}/${right}`) < right ? sideOf(thing) : "nowhere"

const program = Layer.succeed(OptimizedExecutor, {
  readiness: () => Effect.succeed({ programId: "prog-0000000000000001", available: true, model: "scripted/model" }),
  execute: ({ scope }) => {
    const thing = String(scope.inputs["thing"])
    const text = answer(thing, 0.9)
    return Effect.succeed({ result: { success: true, text, outputs: { side: text } }, usage: noUsage })
  },
})

/** A node of a fleet with models that are right as often as was said. */
export const fleetTrack = (
  name: string,
  servers: ReadonlyArray<string>,
  {
    directory,
    modelMs = 0,
    ...options
  }: { readonly directory: string; readonly modelMs?: number } & DoubletrackOptions,
) =>
  Doubletrack.start({
    node: name,
    store: directory,
    nats: { servers: [...servers], snapshotEvery: 50 },
    environment: {},
    layers: {
      models: scriptedModels((request) =>
        Effect.delay(Effect.succeed(answer(promptOf(request).replace(/^sort /, ""), 0.6)), modelMs),
      ),
      optimized: program,
    },
    assessors: [{ name: "side", assess: ({ text, inputs }) => text === sideOf(String(inputs["thing"])) }],
    ...options,
  })
