import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { decodeSettings } from "../../../src/decodeSettings.ts"
import type { Example } from "../../../src/Example.ts"
import { OptimizationCache } from "../../../src/services/cache/OptimizationCache.ts"
import { stepTypesLayer } from "../../../src/services/executors/StepTypes.ts"
import { traditionalLayer } from "../../../src/services/executors/traditional.ts"
import type { ModelRequest, Models } from "../../../src/services/models/Models.ts"
import type { OptimizeOptions } from "../../../src/services/optimization/OptimizeOptions.ts"
import { optimizeWorkflow } from "../../../src/services/optimization/optimizeWorkflow.ts"
import { programStoreLayer } from "../../../src/services/programs/sqliteProgramStore.ts"
import { Prompts } from "../../../src/services/prompts/Prompts.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { Workflows } from "../../../src/services/workflows/Workflows.ts"
import type { Settings } from "../../../src/Settings.ts"
import type { SystemFact } from "../../../src/SystemEvent.ts"
import type { WorkflowInput } from "../../../src/Workflow.ts"
import { colourAnswer, examples, signature } from "./colourTask.ts"

/** A temporary folder with these files, removed after the test. */
export const folder = (files: Readonly<Record<string, string>> = {}): string => {
  const path = mkdtempSync(join(tmpdir(), "doubletrack-optimize-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}

export const jsonl = (rows: ReadonlyArray<Example>): string =>
  rows.map(({ inputs, outputs }) => JSON.stringify({ input: inputs, output: outputs })).join("\n")

export const colourWorkflow: WorkflowInput = {
  name: "colours",
  steps: [
    {
      name: "sort",
      type: "claude",
      prompt: [{ type: "static", content: "Is the colour warm or cold? {{inputs.message}}" }],
      signature,
      dspy_config: { training_data_path: "train.jsonl", evaluation_mode: "knn_few_shot" },
    },
  ],
}

/** Knows nothing where a person's own prompt asks; otherwise what the demos show. */
export const sortedOrNot = (request: ModelRequest): string =>
  request.messages.some(({ content }) => content.includes("[[ ##")) ? colourAnswer(request) : "cold"

export interface Optimizing {
  readonly workflow?: WorkflowInput
  readonly files?: Readonly<Record<string, string>>
  readonly options?: OptimizeOptions
  readonly settings?: typeof Settings.Encoded
  readonly background?: { readonly failuresAfterMs: number }
  readonly record?: (fact: SystemFact) => void
  readonly notice?: (message: string) => void
}

/** A whole optimization of a workflow, in a folder of its own. */
export const optimizing = ({ workflow = colourWorkflow, files = {}, options = {}, ...rest }: Optimizing = {}) => {
  const directory = folder({ "train.jsonl": jsonl(examples(120)), ...files })
  const settings = decodeSettings({ seed: 3, ...rest.settings })
  return Effect.gen(function* () {
    const loaded = yield* Workflows.use((workflows) => workflows.fromValue(workflow, directory))
    return yield* optimizeWorkflow(loaded, options, {
      settings,
      runSettings: { directory, outputDir: directory, strictCompat: false, stepTimeoutMs: 60_000 },
      environment: {},
      ...(rest.background === undefined ? {} : { background: rest.background }),
      record: (fact) => Effect.sync(() => rest.record?.(fact)),
      notice: (message) => Effect.sync(() => rest.notice?.(message)),
    })
  })
}

/** Every service that an optimization needs, with these models and an empty store, or the one in this directory. */
export const services = (models: Layer.Layer<Models>, directory?: string) =>
  traditionalLayer.pipe(
    Layer.provideMerge(stepTypesLayer([])),
    Layer.provideMerge(Layer.mergeAll(models, Prompts.layer, Workflows.layer)),
    Layer.provideMerge(programStoreLayer),
    Layer.provideMerge(OptimizationCache.layerMemory),
    Layer.provideMerge(directory === undefined ? Store.layerMemory : Store.layer(directory)),
    Layer.provideMerge(NodeServices.layer),
  )
