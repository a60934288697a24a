import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { decodeSettings } from "../../../../src/decodeSettings.ts"
import type { Models } from "../../../../src/services/models/Models.ts"
import {
  backgroundWorker,
  type BackgroundWorkerOptions,
} from "../../../../src/services/optimization/queue/backgroundWorker.ts"
import { OptimizationQueue } from "../../../../src/services/optimization/queue/OptimizationQueue.ts"
import type { OptimizationRequest } from "../../../../src/services/optimization/queue/QueuedOptimization.ts"
import { Workflows } from "../../../../src/services/workflows/Workflows.ts"
import { signatureHash } from "../../../../src/signatureHash.ts"
import type { SystemFact } from "../../../../src/SystemEvent.ts"
import type { WorkflowInput } from "../../../../src/Workflow.ts"
import { colourWorkflow, folder, jsonl, services } from "../anOptimization.ts"
import { examples, signature } from "../colourTask.ts"

export const request = (given: Partial<OptimizationRequest> = {}): OptimizationRequest => ({
  workflow: { name: "colours" },
  step: "sort",
  signatureHash: signatureHash(signature),
  why: "no_program",
  ...given,
})

/** The services of a process that compiles in the background, with these models and an empty store. */
export const process = (models: Layer.Layer<Models>) =>
  OptimizationQueue.layer.pipe(Layer.provideMerge(services(models)))

export interface Background {
  readonly workflow?: WorkflowInput
  readonly rows?: number
  readonly record?: (fact: SystemFact) => void
  readonly options?: Partial<BackgroundWorkerOptions>
}

/** A worker that knows this workflow, in a folder of its own, with a seed that stands. */
export const worker = ({ workflow = colourWorkflow, rows = 60, record = () => {}, options = {} }: Background = {}) => {
  const directory = folder({ "train.jsonl": jsonl(examples(rows)) })
  return Effect.gen(function* () {
    const loaded = yield* Workflows.use((workflows) => workflows.fromValue(workflow, directory))
    return yield* backgroundWorker({
      resolve: ({ name }) => Effect.succeed(name === workflow.name ? loaded : null),
      surroundings: () => ({
        settings: decodeSettings({ seed: 3 }),
        runSettings: { directory, outputDir: directory, strictCompat: false, stepTimeoutMs: 60_000 },
        environment: {},
        record: (fact) => Effect.sync(() => record(fact)),
        notice: () => Effect.void,
      }),
      ...options,
    })
  })
}

/** Gives the event loop its turns until this holds. */
export const until = Effect.fnUntraced(function* <E, R>(holds: Effect.Effect<boolean, E, R>) {
  while (!(yield* holds)) yield* Effect.promise(() => new Promise(setImmediate))
})

export const allDone = OptimizationQueue.use(({ list }) =>
  Effect.map(list, (queued) => queued.every(({ state }) => state._tag === "Done")),
)
