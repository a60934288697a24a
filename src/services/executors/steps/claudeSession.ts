import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { claudeQuestion } from "../askModel.ts"
import { presetOptions } from "../presets.ts"
import { promptStep } from "../promptStep.ts"
import type { StepType } from "../StepType.ts"
import { Count, WithPreset } from "../stepOptions.ts"
import { parsedKey } from "./claude.ts"

const Options = Schema.Struct({
  ...WithPreset.fields,
  session_config: Schema.optionalKey(
    Schema.Struct({
      session_name: Schema.optionalKey(Schema.String),
      persist: Schema.optionalKey(Schema.Boolean),
      continue_on_restart: Schema.optionalKey(Schema.Boolean),
      checkpoint_frequency: Schema.optionalKey(Count),
    }),
  ),
})

/**
 * `claude_session`: one prompt under the name of a session. As in the original, a session's steps do
 * not see one another's messages; pass them on with `previous_response`.
 */
export const claudeSession: StepType = promptStep({
  options: Options,
  question: (prompt, options, task) => claudeQuestion(prompt, presetOptions(options, task)),
  result: ({ text }, { session_config: session = {}, claude_options }, task) => {
    const name = session.session_name ?? task.step.name
    const id = `${task.runId}/${name}`
    return Effect.succeed({
      ...parsedKey(text, claude_options),
      session_id: id,
      claude_session_metadata: {
        session_id: id,
        session_name: name,
        session_persisted: session.persist === true,
        checkpoint_frequency: session.checkpoint_frequency ?? 5,
        continue_on_restart: session.continue_on_restart === true,
      },
    })
  },
})
