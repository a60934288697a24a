import type { Step } from "./Step.ts"

/**
 * Whether a step can change the world outside its answer: it is `file_ops`, or its own
 * `claude_options.allowed_tools` list a tool that writes, runs commands or belongs to an MCP server.
 * Tools that a preset would add are permissions and do not count.
 */
export const sideEffects = (step: Step): boolean => step.type === "file_ops" || ownTools(step).some(canWrite)

const writingTools = new Set(["write", "edit", "multiedit", "notebookedit", "bash"])

/** `Bash(git:*)` is the tool `bash`. */
const canWrite = (tool: string): boolean => {
  const name = tool.replace(/\(.*$/s, "").trim().toLowerCase()
  return writingTools.has(name) || name.startsWith("mcp__")
}

/** The tools that a step or its tasks list, in the forms found in pipelines: a list, or one string with commas or spaces. */
const ownTools = (step: Step): ReadonlyArray<string> =>
  [step, ...entries(step["tasks"]), ...entries(step["parallel_tasks"])]
    .map((owner) => property(property(owner, "claude_options"), "allowed_tools"))
    .flatMap((tools) => (typeof tools === "string" ? splitTools(tools) : entries(tools)))
    .filter((tool) => typeof tool === "string")

const splitTools = (tools: string): ReadonlyArray<string> => tools.match(/[^\s,(]+(\([^)]*\))?/g) ?? []

const entries = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const property = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined)

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null
