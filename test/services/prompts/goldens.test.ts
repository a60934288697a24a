import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import { Json, type JsonObject } from "../../../src/Json.ts"
import { isList, isRecord } from "../../../src/language/lookUp.ts"
import { filledTask } from "../../../src/services/executors/filledTask.ts"
import { StepTypes, stepTypesLayer } from "../../../src/services/executors/StepTypes.ts"
import { type DryPrompt, dryRun } from "../../../src/services/prompts/dryRun.ts"
import { Prompts } from "../../../src/services/prompts/Prompts.ts"
import { Workflows } from "../../../src/services/workflows/Workflows.ts"
import type { Step } from "../../../src/Step.ts"
import type { LoadedWorkflow } from "../../../src/Workflow.ts"
import { aTask, strictSettings } from "../executors/aTask.ts"

const corpus = fileURLToPath(new URL("../../../../shared/corpus/pipeline_ex/", import.meta.url))

const Golden = Schema.Struct({
  corpus: Schema.String,
  file: Schema.String,
  validator: Schema.String,
  prompts: Schema.Array(Schema.String),
  run: Schema.NullOr(
    Schema.Struct({
      status: Schema.String,
      results: Schema.optionalKey(Schema.Record(Schema.String, Json)),
    }),
  ),
})
type Golden = typeof Golden.Type

/** Files that the original repository lacks hold `FIXTURE <path>` and a newline. */
const fixtures = FileSystem.layerNoop({ readFileString: (path) => Effect.succeed(`FIXTURE ${path}\n`) })

const layer = Layer.mergeAll(
  Prompts.layer.pipe(Layer.provide(Layer.mergeAll(fixtures, Path.layer))),
  stepTypesLayer(),
  Workflows.layer.pipe(Layer.provide(NodeServices.layer)),
)

interface Pair {
  readonly golden: string
  readonly dry: DryPrompt
  readonly step: Step
}

/**
 * Pairs the prompts of a dry run with those that the original built, in the order of the steps, up to
 * the first step whose number of prompts cannot be told: loops, nested pipelines, and, where the
 * original's run failed, conditions.
 */
const pairsOf = (
  { run, prompts: built, file }: Golden,
  { workflow }: LoadedWorkflow,
  dry: ReadonlyArray<DryPrompt>,
) => {
  const pairs: Array<Pair> = []
  const waiting = [...dry]
  for (const step of workflow.steps) {
    if (["for_loop", "while_loop", "pipeline"].includes(step.type)) return pairs
    if (run?.results === undefined && step.condition !== undefined) return pairs
    const failed = failedTasks(resultsOf(run)[step.name])
    const sent = waiting.filter(({ step: name, part }) => name === step.name && !failed.includes(part ?? null))
    sent.forEach((prompt) => waiting.splice(waiting.indexOf(prompt), 1))
    if (resultsOf(run)[step.name]?.["skipped"] === true) continue
    for (const prompt of sent) {
      const golden = built[pairs.length]
      if (golden === undefined && run?.status !== "ok") return pairs
      assert.isDefined(golden, `${file}: the original sent no prompt for ${step.name}: ${prompt.prompt}`)
      pairs.push({ golden: golden ?? "", dry: prompt, step })
    }
  }
  if (run?.status === "ok") assert.strictEqual(pairs.length, built.length, `${file}: number of prompts`)
  return pairs
}

/** Ids of the batch tasks whose prompt the original could not build. */
const failedTasks = (result: JsonObject = {}): ReadonlyArray<Json> => {
  const tasks = result["batch_results"]
  return tasks !== undefined && isList(tasks) ? tasks.flatMap(taskFailed) : []
}

const taskFailed = (task: Json): ReadonlyArray<Json> =>
  isRecord(task) && task["status"] === "error" ? [task["task_id"] ?? null] : []

/** What the original's steps answered. */
const resultsOf = (run: Golden["run"]): { readonly [step: string]: JsonObject } =>
  Object.fromEntries(
    Object.entries(run?.results ?? {}).flatMap(([step, result]) => (isRecord(result) ? [[step, result]] : [])),
  )

/** Answers with keys of the original's other kind (`:text`), which its own templates do not find. */
const hasPlainKeys = ({ run }: Golden): boolean =>
  Object.values(resultsOf(run)).every((result) => !Object.keys(result).some((key) => key.startsWith(":")))

/** Whether every file part was a fixture for the original too. */
const onlyFixtures = (step: Step, golden: string): boolean =>
  (step.prompt ?? []).every((part) => part.type !== "file" || golden.includes(`FIXTURE ${part.path}\n`))

/** A block text that ends with its file, without a newline, gets one from our YAML parser and none from the original's. */
const asLoaded = (text: string, { corpus: folder, file, prompts }: Golden): string => {
  const endsWithoutNewline = !readFileSync(`${corpus}${folder}/${file}`, "utf8").endsWith("\n")
  return endsWithoutNewline && text === prompts.at(-1) && /\n.*[^\n]$/.test(text) ? `${text}\n` : text
}

const readGoldens = (): ReadonlyArray<Golden> =>
  Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(Golden)))(
    readFileSync(`${corpus}goldens.json`, "utf8"),
  ).filter(({ validator, prompts }) => validator === "ok" && prompts.length > 0)

describe.skipIf(!existsSync(corpus))(
  "prompts of the original (skipped where ../shared/corpus/pipeline_ex is absent)",
  () => {
    it.effect("a strict dry run builds the prompts that the original built", () =>
      Effect.gen(function* () {
        const workflows = yield* Workflows
        const compared = { files: 0, prompts: 0, answered: 0 }
        for (const golden of readGoldens()) {
          const loaded = yield* workflows.load(`${corpus}${golden.corpus}/${golden.file}`, { strictCompat: true })

          const { prompts } = yield* dryRun(loaded, {}, strictSettings)

          const pairs = pairsOf(golden, loaded, prompts).filter(({ step, golden: text }) => onlyFixtures(step, text))
          for (const { golden: text, dry, step } of pairs) {
            if (dry.complete)
              assert.strictEqual(dry.prompt, asLoaded(text, golden), `${golden.file}, step ${step.name}`)
            compared.prompts += dry.complete ? 1 : 0
          }
          compared.files += pairs.some(({ dry }) => dry.complete) ? 1 : 0
        }
        console.log(`compared ${compared.prompts} prompts of ${compared.files} pipelines with the original's`)
        assert.isAtLeast(compared.files, 30)
        assert.isAtLeast(compared.prompts, 75)
      }).pipe(Effect.provide(layer)),
    )

    it.effect("given the original's answers, the prompts that wait for them are the original's too", () =>
      Effect.gen(function* () {
        const [workflows, prompts, stepTypes] = [yield* Workflows, yield* Prompts, yield* StepTypes]
        let compared = 0
        for (const golden of readGoldens().filter((read) => read.run?.status === "ok" && hasPlainKeys(read))) {
          const loaded = yield* workflows.load(`${corpus}${golden.corpus}/${golden.file}`, { strictCompat: true })
          const dry = yield* dryRun(loaded, {}, strictSettings)
          const results = resultsOf(golden.run)

          for (const { golden: text, dry: waiting, step } of pairsOf(golden, loaded, dry.prompts)) {
            if (waiting.complete || waiting.part !== undefined || !onlyFixtures(step, text)) continue
            const task = yield* filledTask(aTask({ ...step }, { scope: { results }, settings: strictSettings }))
            const type = yield* stepTypes.of(task)
            const [sent] = yield* type.prompts(task)
            const { prompt } = yield* prompts.render(sent?.parts ?? [], task)
            assert.strictEqual(prompt, text, `${golden.file}, step ${step.name}`)
            compared += 1
          }
        }
        console.log(`compared ${compared} prompts that wait for answers with the original's`)
        assert.isAtLeast(compared, 10)
      }).pipe(Effect.provide(layer)),
    )
  },
)
