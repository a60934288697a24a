import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import { type InputError, refuse, wrongInput } from "../../InputError.ts"
import { nearestName } from "../../nearestName.ts"
import type { Models } from "../models/Models.ts"
import { isModulePath } from "../modules/exportedFunction.ts"
import { type JudgeOptions, llmJudge } from "./judgeMetric.ts"
import { jsonFields, jsonSchema } from "./jsonMetrics.ts"
import type { Metric } from "./Metric.ts"
import { moduleMetric } from "./moduleMetric.ts"
import { defaultTolerance, numeric } from "./numericMetric.ts"
import { regex } from "./regexMetric.ts"
import { contains, exactMatch, tokenF1 } from "./textMetrics.ts"

export interface MetricOptions {
  /** Where the relative path of a module starts: the directory of the workflow file. */
  readonly directory: string
  /** Model of `llm_judge`. */
  readonly model?: string
  /** The step that calls of `llm_judge` are counted for. */
  readonly origin?: JudgeOptions["origin"]
}

/**
 * A metric by its name (`numeric:0.01` sets the relative tolerance, `regex:^[A-Z]` the pattern) or the path of a module.
 * Fails before anything is spent where there is no such metric.
 */
export const metricOf = (
  name: string,
  options: MetricOptions,
): Effect.Effect<Metric, InputError, FileSystem.FileSystem | Path.Path | Models> => {
  const [known = "", ...rest] = name.split(":")
  const setting = rest.length === 0 ? undefined : rest.join(":")
  switch (aliases.get(known) ?? known) {
    case "numeric":
      return numericWith(setting)
    case "regex":
      return Effect.succeed(regex(setting))
    case "llm_judge":
      return llmJudge({
        origin: options.origin ?? { runId: "evaluation", step: "evaluation", path: "evaluation", track: "traditional" },
        ...(options.model === undefined ? {} : { model: options.model }),
      })
  }
  const plain =
    setting === undefined ? plainMetrics.find((metric) => metric.name === (aliases.get(known) ?? known)) : undefined
  if (plain !== undefined) return Effect.succeed(plain)
  return isModulePath(name) ? moduleMetric(name, options.directory) : Effect.fail(unknownMetric(name))
}

const plainMetrics: ReadonlyArray<Metric> = [exactMatch, contains, tokenF1, jsonFields, jsonSchema]

/** The metrics that are here by name. */
export const metricNames: ReadonlyArray<string> = [
  ...plainMetrics.map(({ name }) => name),
  "numeric",
  "regex",
  "llm_judge",
]

const aliases: ReadonlyMap<string, string> = new Map([
  ["f1_score", "f1"],
  ["accuracy", "exact_match"],
])

const numericWith = (setting: string | undefined): Effect.Effect<Metric, InputError> => {
  const tolerance = setting === undefined ? defaultTolerance : Number(setting)
  return Number.isFinite(tolerance) && tolerance >= 0 && setting?.trim() !== ""
    ? Effect.succeed(numeric(tolerance))
    : refuse(`metric numeric: "${setting}" is no tolerance; write numeric:0.01 for one percent`)
}

const unknownMetric = (name: string): InputError => {
  const meant = nearestName(name, [...metricNames, ...aliases.keys()])
  const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`
  return wrongInput(
    `there is no metric "${name}".${hint} The metrics are ${metricNames.join(", ")}, or the path of a module of your own.`,
  )
}
