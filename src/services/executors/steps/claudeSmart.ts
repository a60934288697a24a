import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { claudeQuestion } from "../askModel.ts"
import { presetOf, presetOptions } from "../presets.ts"
import { promptStep } from "../promptStep.ts"
import type { StepType } from "../StepType.ts"
import { WithPreset } from "../stepOptions.ts"
import { parsedKey } from "./claude.ts"

const Options = Schema.Struct({ ...WithPreset.fields, environment_aware: Schema.optionalKey(Schema.Boolean) })

/** `claude_smart`: one prompt, asked with the options of a preset (`development` if none is named). */
export const claudeSmart: StepType = promptStep({
  options: Options,
  question: (prompt, options, task) => claudeQuestion(prompt, presetOptions(options, task)),
  result: ({ text }, { preset, environment_aware, claude_options }, task) =>
    Effect.succeed({
      ...parsedKey(text, claude_options),
      claude_smart_metadata: {
        preset_applied: presetOf(preset, task),
        environment_aware: environment_aware === true,
        optimization_applied: true,
      },
    }),
})
