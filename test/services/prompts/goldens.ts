import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Json, type JsonObject } from "../../../src/Json.ts"
import { isList, isRecord } from "../../../src/language/lookUp.ts"
import type { DryPrompt } from "../../../src/services/prompts/dryRun.ts"
import type { Step } from "../../../src/Step.ts"
import type { LoadedWorkflow } from "../../../src/Workflow.ts"

/** What the original did with real pipelines; beside a checkout, not in it. */
export const corpus = fileURLToPath(new URL("../../../../shared/corpus/pipeline_ex/", import.meta.url))

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
export type Golden = typeof Golden.Type

/** A prompt of the original, and ours. */
export interface Pair {
  readonly golden: string
  readonly dry: DryPrompt
  readonly step: Step
}

/**
 * Pairs the prompts of a dry run with those that the original built, in the order of the steps, up to
 * the first step whose number of prompts cannot be told: loops, nested pipelines, and, where the
 * original's run failed, conditions.
 */
export const pairsOf = (
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
export const resultsOf = (run: Golden["run"]): { readonly [step: string]: JsonObject } =>
  Object.fromEntries(
    Object.entries(run?.results ?? {}).flatMap(([step, result]) => (isRecord(result) ? [[step, result]] : [])),
  )

/** Answers with keys of the original's other kind (`:text`), which its own templates do not find. */
export const hasPlainKeys = ({ run }: Golden): boolean =>
  Object.values(resultsOf(run)).every((result) => !Object.keys(result).some((key) => key.startsWith(":")))

/** Whether every file part was a fixture for the original too. */
export const onlyFixtures = (step: Step, golden: string): boolean =>
  (step.prompt ?? []).every((part) => part.type !== "file" || golden.includes(`FIXTURE ${part.path}\n`))

/** A block text that ends with its file, without a newline, gets one from our YAML parser and none from the original's. */
export const asLoaded = (text: string, { corpus: folder, file, prompts }: Golden): string => {
  const endsWithoutNewline = !readFileSync(`${corpus}${folder}/${file}`, "utf8").endsWith("\n")
  return endsWithoutNewline && text === prompts.at(-1) && /\n.*[^\n]$/.test(text) ? `${text}\n` : text
}

export const readGoldens = (): ReadonlyArray<Golden> =>
  Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(Golden)))(
    readFileSync(`${corpus}goldens.json`, "utf8"),
  ).filter(({ validator, prompts }) => validator === "ok" && prompts.length > 0)
