import { controlStepTypes, modelStepTypes } from "../../Step.ts"

/** The step types of the format; `test_echo` answers with its own `value`. */
export const formatStepTypes: ReadonlyArray<string> = [...modelStepTypes, ...controlStepTypes, "test_echo"]

/** Keys that a step of any type may carry. */
const everyStep = [
  "name",
  "type",
  "description",
  "condition",
  "output_to_file",
  "streaming",
  "execution_mode",
  "dspy_config",
  "budget",
  "signature",
  "dspy_signature",
  "instructions",
  "examples",
]

/** Of what a model answered, a step may say how it is judged. */
const answering = [...everyStep, "quality"]
const prompted = [...answering, "prompt"]
const claude = [...prompted, "claude_options", "preset"]
const gemini = [...prompted, "model", "functions", "tools", "timeout_ms"]

/** The keys that are read on a step of each type. */
const keysByType: { readonly [type: string]: ReadonlyArray<string> } = {
  claude: [...prompted, "claude_options"],
  claude_smart: [...claude, "environment_aware"],
  claude_session: [...claude, "session_config"],
  claude_extract: [...claude, "extraction_config"],
  claude_batch: [...claude, "batch_config", "tasks"],
  claude_robust: [...claude, "retry_config"],
  parallel_claude: [...answering, "parallel_tasks"],
  gemini: [...gemini, "token_budget"],
  gemini_instructor: gemini,
  set_variable: [...everyStep, "variables", "scope"],
  for_loop: [
    ...everyStep,
    "iterator",
    "data_source",
    "steps",
    "break_on_error",
    "parallel",
    "max_parallel",
    "batch_size",
    "break_condition",
    "continue_condition",
  ],
  while_loop: [...everyStep, "max_iterations", "steps"],
  data_transform: [...everyStep, "input_source", "operations", "output_field", "output_format", "lazy"],
  file_ops: [
    ...everyStep,
    "operation",
    "source",
    "destination",
    "path",
    "pattern",
    "files",
    "format",
    "processor",
    "replacement",
  ],
  test_echo: [...everyStep, "value", "fail", "error_message"],
  pipeline: [...everyStep, "pipeline_file", "pipeline", "pipeline_ref", "inputs", "outputs", "config"],
}

/** The keys read on a step; absent for step types of the embedding program, whose keys are their own. */
export const keysOfStepType = (type: string): ReadonlyArray<string> | undefined =>
  Object.hasOwn(keysByType, type) ? keysByType[type] : undefined

/** The keys read inside a step's option maps. */
export const keysOfOptions: { readonly [option: string]: ReadonlyArray<string> } = {
  claude_options: [
    "max_turns",
    "allowed_tools",
    "disallowed_tools",
    "system_prompt",
    "append_system_prompt",
    "verbose",
    "cwd",
    "model",
    "fallback_model",
    "output_format",
    "async_streaming",
    "stream_handler",
    "stream_buffer_size",
    "timeout_ms",
    "retry_config",
    "permission_mode",
    "permission_prompt_tool",
    "mcp_servers",
    "hooks",
    "agents",
    "agent",
    "session_id",
    "fork_session",
    "add_dir",
    "strict_mcp_config",
    "enable_skills",
    "debug_mode",
    "telemetry_enabled",
    "cost_tracking",
  ],
  token_budget: ["temperature", "max_output_tokens", "top_p", "top_k"],
  session_config: ["session_name", "persist", "continue_on_restart", "checkpoint_frequency", "description"],
  extraction_config: ["use_content_extractor", "format", "post_processing", "max_summary_length", "include_metadata"],
  batch_config: ["max_parallel", "timeout_per_task", "consolidate_results"],
  retry_config: ["max_retries", "backoff_strategy", "base_delay_ms", "retry_conditions", "retry_on", "fallback_action"],
  config: [
    "inherit_context",
    "max_depth",
    "max_total_steps",
    "memory_limit_mb",
    "timeout_seconds",
    "workspace_enabled",
    "cleanup_on_error",
  ],
  streaming: ["enabled"],
  lazy: ["enabled"],
}
