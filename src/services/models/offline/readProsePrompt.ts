import type { ModelMessage } from "../Models.ts"
import { askedJson } from "./askedJson.ts"
import { readField } from "./fieldType.ts"
import { parseJsonObject, textOf } from "./jsonIn.ts"
import type { Demo, Label, OutputField, PromptReading } from "./PromptReading.ts"
import { type ProseExamples, proseExamples } from "./proseExamples.ts"
import { proseLabels } from "./proseLabels.ts"
import { proseQuery } from "./proseQuery.ts"

/** Reads a prompt that a person wrote; earlier turns of user and assistant count as examples. */
export const readProsePrompt = (messages: ReadonlyArray<ModelMessage>): PromptReading => {
  const asked = messages.findLastIndex(({ role }) => role === "user")
  const prompt = messages[asked]?.content ?? messages.at(-1)?.content ?? ""
  const system = messages
    .filter(({ role }) => role === "system")
    .map(({ content }) => content)
    .join("\n\n")
  const bare = asksTask.test(system) && !asksTask.test(firstLine(prompt))
  const { labels, text } = withLabels(system, prompt, bare)
  const turns = turnDemos(messages.slice(0, Math.max(0, asked)), bare)
  const inPrompt = proseExamples(text)
  const given = proseExamples(system, true)
  const examples = [given, inPrompt].filter((found): found is ProseExamples => found !== undefined)
  const query =
    nonEmpty(inPrompt?.query) ?? proseQuery(inPrompt === undefined ? text : text.slice(0, inPrompt.from), bare)
  const instructions = withoutValues(
    `${system}\n\n${inPrompt === undefined ? prompt : text.slice(0, inPrompt.from)}`,
    query,
  )
  const demos = [...examples.flatMap((found) => found.demos), ...turns].map(withJsonOutputs)
  return { instructions, demos, query, ...readForm([system, instructions], demos, labels) }
}

const withLabels = (system: string, prompt: string, bare: boolean) => {
  const given = proseLabels(system)
  const head = prompt.slice(0, proseExamples(prompt)?.from)
  const found = given === undefined && !bare ? proseLabels(head) : undefined
  if (found === undefined) return { labels: given?.labels ?? [], text: prompt }
  return { labels: found.labels, text: `${prompt.slice(0, found.from)}${prompt.slice(found.to)}` }
}

// Verbs of a task: a system message that has one holds the instructions, and the user message is the text.
const asksTask =
  /\b(?:classify|categori[sz]e|label|extract|identify|detect|find|summari[sz]e|translate|rewrite|draft|write|answer|reply|respond|return|rate|decide|determine|analy[sz]e|list|explain|describe|triage|intents?|categor(?:y|ies)|labels?)\b/i

const firstLine = (text: string): string => text.trimStart().split("\n", 1)[0]?.slice(0, 200) ?? ""

const turnDemos = (turns: ReadonlyArray<ModelMessage>, bare: boolean): ReadonlyArray<Demo> =>
  turns.flatMap(({ role, content }, at) => {
    const previous = turns[at - 1]
    if (role !== "assistant" || previous?.role !== "user") return []
    return [{ inputs: proseQuery(previous.content, bare), outputs: new Map([["answer", content.trim()]]) }]
  })

const withJsonOutputs = (demo: Demo): Demo => {
  const object = demo.outputs.size === 1 ? parseJsonObject([...demo.outputs.values()][0] ?? "") : undefined
  if (object === undefined) return demo
  return { ...demo, outputs: new Map(Object.entries(object).map(([name, value]) => [name, textOf(value)])) }
}

const nonEmpty = (query: ReadonlyMap<string, string> | undefined): ReadonlyMap<string, string> | undefined =>
  query !== undefined && [...query.values()].some((value) => value !== "") ? query : undefined

const withoutValues = (text: string, query: ReadonlyMap<string, string>): string =>
  [...query.values()].reduce((rest, value) => (value === "" ? rest : rest.split(value).join("")), text).trim()

// What a system message asks for holds against anything that looks like an instruction in the text.
const readForm = (
  [system, instructions]: readonly [string, string],
  demos: ReadonlyArray<Demo>,
  labels: ReadonlyArray<Label>,
): Pick<PromptReading, "form" | "outputs"> => {
  const asked = [askedJson(system), askedJson(instructions)].filter((found) => found !== undefined)
  const json = asked.find((found) => found.outputs.length > 0) ?? asked[0]
  const names = [...new Set(demos.flatMap(({ outputs }) => [...outputs.keys()]))]
  const fallback = (names.length > 0 ? names : ["answer"]).map((name) => readField(name, "", []))
  const outputs = json === undefined || json.outputs.length === 0 ? fallback : json.outputs
  return { form: json?.form ?? "text", outputs: withListedLabels(outputs, labels, instructions) }
}

/** A list of labels belongs to the field whose name stands in the instructions next to it, else to the first text field. */
const withListedLabels = (
  outputs: ReadonlyArray<OutputField>,
  labels: ReadonlyArray<Label>,
  instructions: string,
): ReadonlyArray<OutputField> => {
  const labelled = outputs.filter((field) => field.labels.length > 0)
  const open = outputs.filter(({ kind, labels: own }) => kind === "text" && own.length === 0)
  const listing = instructions
    .split("\n")
    .filter((line) => proseLabels(line) !== undefined && !labelled.some(({ name }) => line.includes(name)))
  const near = open.find(({ name }) => listing.some((line) => line.includes(name)))
  const target = near ?? (labelled.length > 0 ? undefined : open[0])
  return labels.length === 0 ? outputs : outputs.map((field) => (field === target ? { ...field, labels } : field))
}
