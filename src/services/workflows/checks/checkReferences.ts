import { errorAt, type DocumentPath, type Finding } from "../Finding.ts"
import { didYouMean } from "../suggestions.ts"
import { isMap, listOf, quoted, textOf } from "../rawValue.ts"
import type { Surroundings } from "../Surroundings.ts"

/** A `previous_response` part, and where it stands. */
export interface Reference {
  readonly step: string
  readonly path: DocumentPath
}

/** The earlier steps that a step's prompt asks for. */
export const referencesOf = (step: unknown, path: DocumentPath): ReadonlyArray<Reference> =>
  listOf(step, "prompt").flatMap((part, index) =>
    isMap(part) && part["type"] === "previous_response"
      ? [{ step: textOf(part["step"]), path: [...path, "prompt", index, "step"] }]
      : [],
  )

/** References to steps that do not exist. */
export const checkReferences = (
  step: unknown,
  path: DocumentPath,
  { steps }: Pick<Surroundings, "steps">,
): ReadonlyArray<Finding> =>
  referencesOf(step, path).flatMap(({ step: name, path: at }) =>
    steps.has(name) || name === ""
      ? []
      : [
          {
            ...errorAt(at, `There is no step ${quoted(name)} to take a response from.`),
            hint: () => likely(name, steps),
          },
        ],
  )

const likely = (name: string, steps: ReadonlyMap<string, number>): string => {
  const names = [...steps.keys()]
  const listed = names.length > 12 ? `${names.slice(0, 12).join(", ")}, …` : names.join(", ")
  return didYouMean(name, names) || ` Steps here: ${listed}.`
}
