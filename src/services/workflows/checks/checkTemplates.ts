import { type DocumentPath, type Finding, warningAt } from "../Finding.ts"
import { didYouMean } from "../nearest.ts"
import { isList, isMap, listOf, type RawMap, valueOf } from "../rawValue.ts"
import { stepSignature } from "../signatures/stepSignature.ts"
import { nameOf } from "../Surroundings.ts"

/** Names that a template can use at some point of the workflow. */
interface Known {
  readonly steps: ReadonlyMap<string, number>
  readonly variables: ReadonlySet<string>
  readonly inputs: ReadonlySet<string>
  readonly globals: ReadonlySet<string>
  readonly strictCompat: boolean
}

/**
 * Templates that render as nothing: a name that is no earlier step, no variable set before, no global
 * variable and no input of a signature. `{{inputs.…}}` is known only when the workflow runs.
 */
export const checkTemplates = (workflow: RawMap, strictCompat: boolean): ReadonlyArray<Finding> => {
  const steps = listOf(workflow, "steps")
  const known = {
    steps: new Map(steps.map((step, index) => [nameOf(step, index), index])),
    inputs: new Set(steps.flatMap((step, index) => inputNames(step, workflow, index))),
    globals: namesIn(valueOf(workflow, "global_vars")),
    strictCompat,
  }
  const variables = new Set<string>()
  return steps.flatMap((step, index) => {
    const own = valueOf(step, "type") === "set_variable" ? namesIn(valueOf(step, "variables")) : new Set<string>()
    const findings = templatesIn(step, ["workflow", "steps", index]).flatMap(({ path, within, template }) =>
      blankReasons(template, index, { ...known, variables }).map((reason) => ({
        ...warningAt(path, `'{{${template}}}' ${reason}`),
        within,
      })),
    )
    for (const name of own) variables.add(name)
    return findings
  })
}

const namesIn = (value: unknown): Set<string> => new Set(isMap(value) ? Object.keys(value) : [])

const inputNames = (step: unknown, workflow: RawMap, index: number): ReadonlyArray<string> =>
  isMap(step)
    ? (stepSignature(step, workflow, ["workflow", "steps", index]).signature?.inputs ?? []).map(({ name }) => name)
    : []

interface Template {
  readonly path: DocumentPath
  /** With its braces, as written. */
  readonly within: string
  readonly template: string
}

/** The templates in a step, but not those of the steps inside it, which see names of their own. */
const templatesIn = (value: unknown, path: DocumentPath): ReadonlyArray<Template> => {
  if (typeof value === "string") {
    return [...value.matchAll(/\{\{([^{}]{1,500})\}\}/g)].map(([within, inner = ""]) => ({
      path,
      within,
      template: inner.trim(),
    }))
  }
  if (isList(value)) return value.flatMap((each, index) => templatesIn(each, [...path, index]))
  if (!isMap(value)) return []
  return Object.entries(value).flatMap(([key, each]) =>
    path.length === 3 && (key === "steps" || key === "pipeline") ? [] : templatesIn(each, [...path, key]),
  )
}

const constants = ["true", "false", "null", "nil", "and", "or", "not", "contains", "matches", "between"]

/** The dot paths in an expression: no quoted texts, no functions, no operators. */
const pathsIn = (template: string): ReadonlyArray<string> =>
  [
    ...template
      .replace(/'[^']*'|"[^"]*"/g, " ")
      .matchAll(/[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+|\[\d+\])*(?!\s*\(|[\p{L}\p{N}_])/gu),
  ]
    .map(([path]) => path)
    .filter((path) => !constants.includes(path))

/** Why a template renders as nothing; empty where it does not. */
const blankReasons = (template: string, index: number, known: Known): ReadonlyArray<string> => {
  const previous = /^previous_response:\s*([^\s:]+)/.exec(template)?.[1]
  if (previous !== undefined)
    return [`is not a template. Write '{{steps.${previous}.text}}', or a part of type previous_response.`]
  return pathsIn(template)
    .flatMap((path) => blankReason(path, index, known) ?? [])
    .slice(0, 1)
}

const blankReason = (path: string, index: number, known: Known): string | undefined => {
  const [head = "", second = ""] = path.split(/[.[]/)
  switch (head) {
    case "inputs":
      return undefined
    case "steps":
      return stepReason(second, index, known)
    case "global_vars":
      return known.globals.has(second)
        ? undefined
        : blank(`there is no global variable '${second}'`, second, known.globals)
    case "state":
    case "variables":
      return known.variables.has(second) ? undefined : noVariable(second, known)
    default:
      return bareReason(head, index, known)
  }
}

/** The original finds only variables under a bare name. */
const bareReason = (name: string, index: number, known: Known): string | undefined => {
  if (known.variables.has(name)) return undefined
  if (known.strictCompat) return noVariable(name, known)
  if (known.inputs.has(name) || name === "run" || name === "timestamp") return undefined
  if (known.steps.has(name)) return stepReason(name, index, known)
  if (known.globals.has(name)) return `renders as nothing. Write '{{global_vars.${name}}}'.`
  const hint = didYouMean(name, [...known.variables, ...known.inputs, ...known.steps.keys()])
  return `renders as nothing unless the run gets an input '${name}': no earlier step and no variable has that name.${hint}`
}

const noVariable = (name: string, { variables }: Known): string =>
  blank(`no step before this one sets a variable '${name}'`, name, variables)

const stepReason = (name: string, index: number, { steps }: Known): string | undefined => {
  const at = steps.get(name)
  if (at === undefined) return `has no value: there is no step '${name}'.${didYouMean(name, steps.keys())}`
  return at < index ? undefined : `has no value: step '${name}' has not run by then.`
}

const blank = (why: string, name: string, names: Iterable<string>): string =>
  `renders as nothing: ${why}.${didYouMean(name, names)}`
