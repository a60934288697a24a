import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { StepTask } from "../../StepTask.ts"
import { type ClaudeOptions, Preset } from "./stepOptions.ts"

/**
 * What a preset sets where the step says nothing itself. Its tools, turns and permissions belong to
 * the Claude command line tool and have no meaning here.
 */
export const presets: { readonly [name in Preset]: ClaudeOptions } = {
  development: {
    model: "sonnet",
    system_prompt:
      "You help a software developer at work. Be concrete, show code that runs, and name the trade-offs of what you propose.",
    append_system_prompt: "When something is unclear, state the assumption you make and go on.",
  },
  production: {
    model: "opus",
    system_prompt:
      "Your answer is used in production without a human reading it first. Be accurate and brief, and prefer the safe choice.",
    append_system_prompt: "Say plainly when you cannot do what is asked; never make up facts, names or numbers.",
  },
  analysis: {
    model: "opus",
    system_prompt:
      "You analyze what you are given: find its structure, its risks and what follows from it, and support each finding with evidence.",
    append_system_prompt: "Order findings by importance, and keep observation and judgement apart.",
  },
  chat: {
    system_prompt: "You are a friendly, attentive partner in conversation. Answer in a natural tone and to the point.",
    append_system_prompt: "Ask a question back only when you cannot help without the answer.",
  },
  test: {
    system_prompt: "This call tests a pipeline. Answer in as few words as possible.",
    append_system_prompt: "Keep to the format that the prompt asks for.",
  },
}

/** The preset that each type of steps starts from. */
export const typePresets: ReadonlyMap<string, Preset> = new Map([
  ["claude_smart", "development"],
  ["claude_session", "analysis"],
  ["claude_extract", "analysis"],
  ["claude_batch", "development"],
  ["claude_robust", "production"],
])

/** The preset of a step: its own, else the workflow's default, else its type's. */
export const presetOf = (named: Preset | undefined, { settings, step }: StepTask): Preset =>
  named ?? presetNamed(settings.claudePreset) ?? typePresets.get(step.type) ?? "development"

/** The options that a step is asked with: its own, over those of its preset. */
export const presetOptions = (
  { preset, claude_options }: { readonly preset?: Preset; readonly claude_options?: ClaudeOptions },
  task: StepTask,
): ClaudeOptions => ({ ...presets[presetOf(preset, task)], ...claude_options })

const presetNamed = (name: string | undefined): Preset | undefined =>
  Option.getOrUndefined(Schema.decodeUnknownOption(Preset)(name))
