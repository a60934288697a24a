import type { DocumentPath, Finding } from "../Finding.ts"
import { isAccessible, nameIn, original, originalCrash } from "./originalFinding.ts"
import { isAbsent, isList, isMap, textOf, valueOf } from "../rawValue.ts"
import { isPromptPartType, promptPartKeys } from "../workflowKeys.ts"

/** The types as the original lists them; it also knows `test_echo` while its own tests run. */
const types = [
  "set_variable",
  "claude",
  "gemini",
  "parallel_claude",
  "gemini_instructor",
  "claude_smart",
  "claude_session",
  "claude_extract",
  "claude_batch",
  "claude_robust",
  "for_loop",
  "while_loop",
  "data_transform",
  "file_ops",
  "pipeline",
]

const withoutPrompt: ReadonlyArray<unknown> = [
  "parallel_claude",
  "set_variable",
  "pipeline",
  "for_loop",
  "while_loop",
  "data_transform",
  "file_ops",
  "test_echo",
]

/** What the original says of one step. */
export function* originalStepErrors(
  step: unknown,
  path: DocumentPath,
  functions: ReadonlyArray<string>,
): Generator<Finding> {
  if (!isAccessible(step)) return yield originalCrash(path)
  const name = nameIn(step)
  const type = valueOf(step, "type")
  if (isAbsent(valueOf(step, "name"))) {
    return yield original([...path, "name"], `Step missing required 'name' field. Add: name: "step_name"`)
  }
  if (isAbsent(type)) {
    return yield original(
      [...path, "type"],
      `Step '${name}' missing required 'type' field. Supported types: ${types.join(", ")}`,
    )
  }
  if (type !== "test_echo" && !types.some((known) => known === type)) {
    const message = `Step '${name}' has invalid type '${textOf(type)}'. Supported types: ${types.join(", ")}`
    return yield original([...path, "type"], message)
  }
  if (type === "parallel_claude" && isAbsent(valueOf(step, "parallel_tasks"))) {
    yield original(
      [...path, "parallel_tasks"],
      `Step '${name}' of type 'parallel_claude' missing required 'parallel_tasks' field`,
    )
  }
  if (type === "claude") yield* streamingErrors(step, path)
  yield* promptErrors(step, path)
  yield* functionErrors(step, path, functions)
}

const streamHandlers = ["console", "simple", "debug", "file", "callback", "buffer"]

function* streamingErrors(step: unknown, path: DocumentPath): Generator<Finding> {
  const options = valueOf(step, "claude_options")
  const at = [...path, "claude_options"]
  if (!isAccessible(options)) return yield originalCrash(at)
  const prefix = `Step '${nameIn(step)}' claude_options`
  const streaming = valueOf(options, "async_streaming")
  if (isAbsent(streaming) || streaming === false) return
  if (streaming !== true)
    return yield original([...at, "async_streaming"], `${prefix}.async_streaming must be a boolean`)
  const handler = valueOf(options, "stream_handler")
  if (!isAbsent(handler) && !streamHandlers.some((known) => known === handler)) {
    yield original([...at, "stream_handler"], `${prefix}.stream_handler must be one of: ${streamHandlers.join(", ")}`)
  }
  const size = valueOf(options, "stream_buffer_size")
  if (isAbsent(size) || (Number.isInteger(size) && Number(size) > 0)) return
  const fault = size === 0 ? "must be positive, got: 0" : "must be a positive integer"
  yield original([...at, "stream_buffer_size"], `${prefix}.stream_buffer_size ${fault}`)
}

function* promptErrors(step: unknown, path: DocumentPath): Generator<Finding> {
  const type = valueOf(step, "type")
  const prompt = valueOf(step, "prompt")
  const at = [...path, "prompt"]
  const name = nameIn(step)
  if (withoutPrompt.includes(type)) return
  if (type === "claude_batch") {
    if (isAbsent(prompt) && isAbsent(valueOf(step, "tasks"))) {
      yield original(at, `Step '${name}' of type 'claude_batch' must have either 'prompt' or 'tasks' field`)
    }
    return
  }
  if (isAbsent(prompt)) {
    return yield original(
      at,
      `Step '${name}' missing required 'prompt' field. Add: prompt: [{"type": "static", "content": "..."}]`,
    )
  }
  if (!isList(prompt)) {
    return yield original(
      at,
      `Step '${name}' prompt must be an array of prompt parts. Format: [{"type": "static", "content": "..."}]`,
    )
  }
  for (const [index, part] of prompt.entries()) yield* partErrors(part, name, [...at, index])
}

function* partErrors(part: unknown, name: string, path: DocumentPath): Generator<Finding> {
  if (!isAccessible(part)) return yield originalCrash(path)
  const type = valueOf(part, "type")
  if (isAbsent(type)) return yield original(path, `Step '${name}' has prompt part without type`)
  if (!isPromptPartType(type)) {
    return yield original([...path, "type"], `Step '${name}' has prompt part with invalid type: ${textOf(type)}`)
  }
  const { required } = promptPartKeys[type]
  if (!isAbsent(valueOf(part, required))) return
  const isPlain = type === "static" || type === "file"
  const missing = isPlain ? `without ${required}` : `missing '${required}' field`
  yield original(path, `Step '${name}' has ${type} prompt part ${missing}`)
}

function* functionErrors(step: unknown, path: DocumentPath, known: ReadonlyArray<string>): Generator<Finding> {
  const functions = valueOf(step, "functions")
  const at = [...path, "functions"]
  if (isAbsent(functions)) return
  if (!isList(functions)) return yield original(at, `Step '${nameIn(step)}' functions must be a list`)
  for (const [index, name] of functions.entries()) {
    if (typeof name === "string" && known.includes(name)) continue
    yield original([...at, index], `Step '${nameIn(step)}' references undefined function: ${textOf(name)}`)
  }
}

/** What the original says of references, after it has looked at every step; the number 1 is not the text "1". */
export function* originalReferenceErrors(steps: ReadonlyArray<unknown>): Generator<Finding> {
  const names = new Set(steps.map((step) => JSON.stringify(valueOf(step, "name") ?? null)))
  for (const [index, step] of steps.entries()) {
    const prompt = valueOf(step, "prompt")
    const at = ["workflow", "steps", index, "prompt"]
    if (isAbsent(prompt) || prompt === false || (isMap(prompt) && Object.keys(prompt).length === 0)) continue
    if (!isList(prompt) || !prompt.every(isAccessible)) return yield originalCrash(at)
    const missing = prompt
      .filter((part) => valueOf(part, "type") === "previous_response")
      .map((part) => valueOf(part, "step") ?? null)
      .filter((name) => !names.has(JSON.stringify(name)))
    if (missing.length > 0) {
      yield original(at, `Step '${nameIn(step)}' references non-existent steps: ${missing.map(textOf).join(", ")}`)
    }
  }
}
