import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Json } from "../../../Json.ts"
import { claudeQuestion } from "../askModel.ts"
import { parseJsonAnswer } from "../parseJsonAnswer.ts"
import { presetOptions } from "../presets.ts"
import { promptStep } from "../promptStep.ts"
import type { StepType } from "../StepType.ts"
import { Bound, WithPreset } from "../stepOptions.ts"
import { formatMarkdown, keyPoints, summaryOf } from "./extraction.ts"
import { bulleted, type Finding, postProcess } from "./postProcessing.ts"

const ExtractionConfig = Schema.Struct({
  use_content_extractor: Schema.optionalKey(Schema.Boolean),
  format: Schema.optionalKey(Schema.Literals(["text", "json", "structured", "summary", "markdown"])),
  /** Unknown names are passed over. */
  post_processing: Schema.optionalKey(Schema.Array(Schema.String)),
  max_summary_length: Schema.optionalKey(Bound),
  include_metadata: Schema.optionalKey(Schema.Boolean),
})
type ExtractionConfig = typeof ExtractionConfig.Type

const Options = Schema.Struct({ ...WithPreset.fields, extraction_config: Schema.optionalKey(ExtractionConfig) })

/**
 * `claude_extract`: one prompt, whose answer is brought into a format. What post-processing finds is
 * in `extracted` and, except in the format `json`, at the end of `text`. With `json`, `json` is the
 * parsed answer, or `{ content, format }` around one that is no JSON, and `text` is its text.
 */
export const claudeExtract: StepType = promptStep({
  options: Options,
  question: (prompt, options, task) => claudeQuestion(prompt, presetOptions(options, task)),
  result: Effect.fnUntraced(function* (answer, { extraction_config: config = {} }, task) {
    const findings = postProcess(answer.text, config.post_processing ?? [], config.max_summary_length ?? 500)
    const json = config.format === "json" ? { json: jsonOf(answer.text) } : undefined
    const text = json === undefined ? formatted(answer.text, findings, config) : JSON.stringify(json.json)
    return {
      text,
      extraction_applied: true,
      ...json,
      ...(findings.length === 0
        ? {}
        : { extracted: Object.fromEntries(findings.map(({ key, found }) => [key, found])) }),
      ...(config.include_metadata === true
        ? {
            extraction_metadata: {
              step_name: task.step.name,
              format: config.format ?? "text",
              use_content_extractor: config.use_content_extractor === true,
              original_length: answer.text.length,
              processed_length: text.length,
              post_processing_applied: findings.map(({ name }) => name),
              extraction_timestamp: DateTime.formatIso(yield* DateTime.now),
            },
          }
        : {}),
    }
  }),
})

const jsonOf = (text: string): Json =>
  Option.getOrElse(parseJsonAnswer(text), () => ({ content: text, format: "json" }))

const formatted = (text: string, findings: ReadonlyArray<Finding>, config: ExtractionConfig): string => {
  const shaped = shape(text, config)
  const body = findings.some(({ key }) => key === "markdown") ? formatMarkdown(shaped) : shaped
  return [body, ...findings.map(({ section }) => section).filter((section) => section !== "")].join("\n\n")
}

const shape = (text: string, { format, max_summary_length = 500 }: ExtractionConfig): string => {
  switch (format) {
    case "summary":
      return summaryOf(text, max_summary_length)
    case "markdown":
      return /^#/m.test(text) ? text : `# Extracted content\n\n${text}`
    case "structured":
      return structured(text)
    default:
      return text
  }
}

const structured = (text: string): string => {
  const points = keyPoints(text)
  return [
    `## Extracted content\n\n### Summary\n\n${summaryOf(text, 200)}`,
    ...(points.length === 0 ? [] : [`### Key points\n\n${bulleted(points)}`]),
    `### Full content\n\n${text}`,
  ].join("\n\n")
}
