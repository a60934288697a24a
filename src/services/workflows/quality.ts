import * as Schema from "effect/Schema"
import {
  AssessCheck,
  JudgeCheck,
  KeywordsCheck,
  LengthCheck,
  PatternCheck,
  QualityCheck,
  SchemaCheck,
  SimilarityCheck,
} from "../../QualityCheck.ts"
import { controlStepTypes } from "../../Step.ts"
import { isAbsent, isList, isMap, type RawMap, textOf } from "./rawValue.ts"

/** The checks that are written as maps, each under the key that names it. */
export const qualityChecks = {
  schema: SchemaCheck,
  pattern: PatternCheck,
  keywords: KeywordsCheck,
  length: LengthCheck,
  similarity: SimilarityCheck,
  llm_judge: JudgeCheck,
  assess: AssessCheck,
} as const
export type QualityCheckName = keyof typeof qualityChecks

export const qualityCheckNames = [
  "schema",
  "pattern",
  "keywords",
  "length",
  "similarity",
  "llm_judge",
  "assess",
] as const satisfies ReadonlyArray<QualityCheckName>

/** Steps that only steer a pipeline give nothing to judge: there the key is one that nothing reads. */
export const isJudged = (type: unknown): boolean => !controlStepTypes.some((control) => control === type)

/** The checks of a step in their normal form; undefined where there are none, or where one is wrong. */
export const normalQuality = (quality: unknown): ReadonlyArray<unknown> | undefined => {
  if (!isList(quality)) return undefined
  const checks = quality.map((check) => (isMap(check) ? normalCheck(check) : check))
  return isQuality(checks) ? checks : undefined
}

const isQuality = Schema.is(Schema.Array(QualityCheck))

/** Numbers where text is wanted are taken as they are written, and keys left empty are left out. */
export const normalCheck = (check: RawMap): RawMap =>
  Object.fromEntries(
    Object.entries(check).flatMap(([key, value]) => {
      if (withoutSettings.has(key) && isAbsent(value)) return [[key, {}]]
      return isAbsent(value) ? [] : [[key, normalSetting(key, value)]]
    }),
  )

/** Checks that say everything by their name. */
const withoutSettings: ReadonlySet<string> = new Set(["schema", "llm_judge"])

const normalSetting = (key: string, value: unknown): unknown => {
  if (isMap(value)) return normalCheck(value)
  if (key === "keywords" && isList(value)) return value.map(scalarText)
  return texts.has(key) ? scalarText(value) : value
}

const texts: ReadonlySet<string> = new Set(["pattern", "field", "similarity", "assess", "rubric", "model"])

const scalarText = (value: unknown): unknown =>
  typeof value === "number" || typeof value === "boolean" ? textOf(value) : value
