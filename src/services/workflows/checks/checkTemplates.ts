import { pathsIn } from "../../../language/pathsIn.ts"
import { type DocumentPath, type Finding, warningAt } from "../Finding.ts"
import { didYouMean } from "../suggestions.ts"
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
      blanksIn(template, index, { ...known, variables }).map(({ why, hint }) => ({
        ...warningAt(path, `'{{${template}}}' ${why}`),
        hint,
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

/** Why a name in a template has no value, and what was perhaps meant. */
interface Blank {
  readonly why: string
  readonly hint: () => string
}

/** Why a template renders as nothing; empty where it does not. */
const blanksIn = (template: string, index: number, known: Known): ReadonlyArray<Blank> => {
  const previous = /^previous_response:\s*([^\s:]+)/.exec(template)?.[1]
  if (previous !== undefined) {
    return [blank(`is not a template. Write '{{steps.${previous}.text}}', or a part of type previous_response.`)]
  }
  return pathsIn(template, (name) => isKnown(name, known))
    .flatMap((path) => blankAt(path, index, known) ?? [])
    .slice(0, 1)
}

const isKnown = (name: string, { steps, variables, inputs, globals }: Known): boolean =>
  steps.has(name) || variables.has(name) || inputs.has(name) || globals.has(name)

const blankAt = ([head = "", second = ""]: ReadonlyArray<string>, index: number, known: Known): Blank | undefined => {
  switch (head) {
    case "inputs":
      return undefined
    case "steps":
      return noStep(second, index, known)
    case "global_vars":
      return known.globals.has(second)
        ? undefined
        : blank(`renders as nothing: there is no global variable '${second}'.`, second, known.globals)
    case "state":
    case "variables":
      return noVariable(second, known)
    default:
      return noBareName(head, index, known)
  }
}

/** The original finds only variables under a bare name. */
const noBareName = (name: string, index: number, known: Known): Blank | undefined => {
  const { variables, inputs, steps, globals } = known
  if (variables.has(name) || known.strictCompat) return noVariable(name, known)
  if (inputs.has(name) || name === "run" || name === "timestamp") return undefined
  if (steps.has(name)) return noStep(name, index, known)
  if (globals.has(name)) return blank(`renders as nothing. Write '{{global_vars.${name}}}'.`)
  const why = `renders as nothing unless the run gets an input '${name}': no earlier step and no variable has that name.`
  return blank(why, name, variables, inputs, steps.keys())
}

const noVariable = (name: string, { variables }: Known): Blank | undefined =>
  variables.has(name)
    ? undefined
    : blank(`renders as nothing: no step before this one sets a variable '${name}'.`, name, variables)

const noStep = (name: string, index: number, { steps }: Known): Blank | undefined => {
  const at = steps.get(name)
  if (at === undefined) return blank(`has no value: there is no step '${name}'.`, name, steps.keys())
  return at < index ? undefined : blank(`has no value: step '${name}' has not run by then.`)
}

const blank = (why: string, name = "", ...names: ReadonlyArray<Iterable<string>>): Blank => ({
  why,
  hint: () =>
    didYouMean(
      name,
      names.flatMap((each) => [...each]).filter((each) => each !== name),
    ),
})
