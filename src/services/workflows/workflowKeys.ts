/** The keys that are read on a workflow. */
export const workflowKeys: ReadonlyArray<string> = [
  "name",
  "description",
  "version",
  "metadata",
  "steps",
  "workspace_dir",
  "checkpoint_dir",
  "checkpoint_enabled",
  "defaults",
  "environment",
  "gemini_functions",
  "global_vars",
  "dspy_config",
  "hybrid_config",
]

export const defaultsKeys: ReadonlyArray<string> = [
  "output_dir",
  "claude_preset",
  "gemini_model",
  "gemini_token_budget",
  "claude_options",
  "claude_output_format",
]

/** What each type of prompt part needs besides its type, and what else is read on it. */
export const promptPartKeys = {
  static: { required: "content", optional: [] },
  file: { required: "path", optional: [] },
  previous_response: { required: "step", optional: ["extract", "strict"] },
  session_context: { required: "session_id", optional: [] },
  claude_continue: { required: "session_id", optional: [] },
} as const
export type PromptPartType = keyof typeof promptPartKeys

export const promptPartTypes: ReadonlyArray<string> = Object.keys(promptPartKeys)

export const isPromptPartType = (type: unknown): type is PromptPartType =>
  typeof type === "string" && Object.hasOwn(promptPartKeys, type)
