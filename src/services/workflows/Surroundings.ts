import { isAbsent, listOf, quoted, textOf, valueOf } from "./rawValue.ts"

/** What the checks of one step need to know about the workflow around it. */
export interface Surroundings {
  /** Names that prompts can refer to, with the index of the step that has each; the last one wins. */
  readonly steps: ReadonlyMap<string, number>
  /** Names of `gemini_functions`. */
  readonly functions: ReadonlyArray<string>
  /** Step types of the format and of the embedding program. */
  readonly types: ReadonlyArray<string>
}

/** Step names as references see them, with the index of the last step of each name. */
export const stepNames = (steps: ReadonlyArray<unknown>): ReadonlyMap<string, number> =>
  new Map(
    steps.flatMap((step, index) => [textOf(valueOf(step, "name")), nameOf(step, index)].map((name) => [name, index])),
  )

/** A step's name as text; steps with an empty name are numbered from 1. */
export const nameOf = (step: unknown, index: number): string => {
  const name = textOf(valueOf(step, "name"))
  return name === "" ? `step_${index + 1}` : name
}

/** The step as the subject of a message. */
export const labelOf = (step: unknown): string => {
  const name = valueOf(step, "name")
  return isAbsent(name) ? "This step" : `Step ${quoted(name)}`
}

/** The steps inside a loop or an inline pipeline, with the path from the step to them. */
export const stepsInside = (
  step: unknown,
): { readonly path: ReadonlyArray<string>; readonly steps: ReadonlyArray<unknown> } | undefined => {
  const type = valueOf(step, "type")
  if (type === "for_loop" || type === "while_loop") return { path: ["steps"], steps: listOf(step, "steps") }
  if (type !== "pipeline") return undefined
  const pipeline = valueOf(step, "pipeline")
  const wrapped = valueOf(pipeline, "workflow")
  return wrapped === undefined
    ? { path: ["pipeline", "steps"], steps: listOf(pipeline, "steps") }
    : { path: ["pipeline", "workflow", "steps"], steps: listOf(wrapped, "steps") }
}
