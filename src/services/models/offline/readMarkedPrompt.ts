import type { ModelMessage } from "../Models.ts"
import { declaredFields } from "./declaredFields.ts"
import { readField } from "./fieldType.ts"
import { jsonObjectsIn, parseJsonObject, textOf } from "./jsonIn.ts"
import { hasMarkers, markedFields } from "./markedFields.ts"
import type { Demo, OutputField, PromptReading } from "./PromptReading.ts"

/**
 * Reads a prompt of a chat adapter or JSON adapter; undefined when no user message has marked sections, or when nothing
 * else in the prompt speaks of sections and fields, so that the markers are only part of a text.
 */
export const readMarkedPrompt = (messages: ReadonlyArray<ModelMessage>): PromptReading | undefined => {
  const asked = messages.findLastIndex(({ role, content }) => role === "user" && hasMarkers(content))
  const request = messages[asked]?.content
  if (request === undefined) return undefined
  const instructions = messages
    .filter(({ role }) => role === "system")
    .map(({ content }) => content)
    .join("\n\n")
  const demos = readDemos(messages.slice(0, asked))
  const [body, requirement] = withoutRequirement(request)
  const isDescribed = hasMarkers(instructions) || declaredFields(instructions).length > 0
  if (!isDescribed && requirement === "" && demos.length === 0) return undefined
  const query = markedFields(body)
  const outputs = readOutputs(instructions, requirement, demos, query)
  return { form: formOf(instructions, requirement, messages), instructions, outputs, demos, query }
}

const formOf = (
  instructions: string,
  requirement: string,
  messages: ReadonlyArray<ModelMessage>,
): PromptReading["form"] => {
  if (requirement.includes("[[ ## ")) return "markers"
  if (/\bJSON\b/i.test(requirement)) return "object"
  const answered = messages.find(({ role }) => role === "assistant")?.content
  if (answered !== undefined) return hasMarkers(answered) ? "markers" : "object"
  return /\bJSON object with\b/i.test(instructions) && !instructions.includes("[[ ## completed ## ]]")
    ? "object"
    : "markers"
}

const readDemos = (turns: ReadonlyArray<ModelMessage>): ReadonlyArray<Demo> =>
  turns.flatMap((turn, at) => {
    const previous = turns[at - 1]
    if (turn.role !== "assistant" || previous?.role !== "user") return []
    const outputs = hasMarkers(turn.content) ? markedFields(turn.content) : objectFields(turn.content)
    return [{ inputs: supplied(markedFields(previous.content)), outputs: supplied(outputs) }]
  })

const objectFields = (text: string): ReadonlyMap<string, string> =>
  new Map(Object.entries(parseJsonObject(text) ?? {}).map(([name, value]) => [name, textOf(value)]))

// What stands, in DSPy's prompts and in our own, for a field that an incomplete example lacks.
const supplied = (fields: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map(
    [...fields].filter(([, value]) => !/^(?:Not supplied for|\(left out of) this (?:particular )?example/i.test(value)),
  )

/** The closing line that says how to answer is no part of the last input; it names markers or output fields in backticks. */
const withoutRequirement = (request: string): readonly [body: string, requirement: string] => {
  const start = request.lastIndexOf("\n\n")
  const last = request.slice(start).trim()
  const isRequirement = start !== -1 && !hasMarkers(last) && /^\w+ with\b|`\[\[ ## \w|\bJSON object\b/i.test(last)
  return isRequirement && last.includes("`") ? [request.slice(0, start), last] : [request, ""]
}

const readOutputs = (
  instructions: string,
  requirement: string,
  demos: ReadonlyArray<Demo>,
  query: ReadonlyMap<string, string>,
): ReadonlyArray<OutputField> => {
  const declared = declaredFields(instructions).filter(({ direction }) => direction === "output")
  const structure = structureNotes(
    instructions,
    declared.map(({ name }) => name),
  )
  const known = declared.filter(({ name }) => structure.has(name))
  const listed = known.length > 0 ? known : declared
  const required = [...requirement.matchAll(requiredField)].map((match) => match[1] ?? match[2] ?? "")
  const fallbacks = [required, demos.flatMap(({ outputs }) => [...outputs.keys()]), [...structure.keys()]]
  const unlisted = fallbacks.map((names) => names.filter((name) => !query.has(name) && name !== "completed"))
  const names =
    listed.length > 0 ? listed.map(({ name }) => name) : (unlisted.find((found) => found.length > 0) ?? ["answer"])
  return [...new Set(names)].map((name) => {
    const field = listed.find((candidate) => candidate.name === name)
    const notes = [structure.get(name) ?? "", requirementFor(name, requirement)]
    return readField(name, field?.typeName || requiredType(notes[1] ?? ""), notes, field?.description)
  })
}

/** What the described structure says about each field, from marked sections or from a JSON template. */
const structureNotes = (instructions: string, outputs: ReadonlyArray<string>): ReadonlyMap<string, string> => {
  const objects = jsonObjectsIn(instructions)
  const template =
    objects.findLast(({ value }) => outputs.length > 0 && outputs.every((name) => name in value)) ??
    objects.findLast(({ value }) => !("type" in value || "properties" in value))
  const entries = Object.entries(template?.value ?? {}).map(([name, value]): [string, string] => [name, textOf(value)])
  return new Map([
    ...entries,
    ...[...markedFields(instructions)].map(([name, text]): [string, string] => [name, firstLines(text)]),
  ])
}

// A section of the structure ends at its first blank line; what follows the last one is the objective.
const firstLines = (text: string): string => text.split(/\n\s*\n/)[0] ?? ""

const requiredField = /`\[\[ ## ([\w.-]+) ## \]\]`|`([\w.-]+)`/g

const requirementFor = (name: string, requirement: string): string => {
  const start = Math.max(requirement.indexOf(`\`[[ ## ${name} ## ]]\``), requirement.indexOf(`\`${name}\``))
  return start === -1 ? "" : (requirement.slice(start).split(/, (?:and )?then /)[0] ?? "")
}

const requiredType = (requirement: string): string => /\bvalid Python (.*)\)/.exec(requirement)?.[1] ?? ""
