import { checkReferences } from "./checkReferences.ts"
import { checkStep } from "./checkStep.ts"
import { asWarning, type DocumentPath, type Finding } from "../Finding.ts"
import { stepNames, stepsInside, type Surroundings } from "../Surroundings.ts"

/**
 * The steps inside a loop or an inline pipeline, all the way down. The format lets everything there
 * pass until it runs, so all of this is warnings. A loop sees the steps around it and `loop`; an
 * inline pipeline sees its own steps only.
 */
export const checkInside = (step: unknown, path: DocumentPath, surroundings: Surroundings): ReadonlyArray<Finding> => {
  const inside = stepsInside(step)
  if (inside === undefined) return []
  const own = stepNames(inside.steps)
  const steps = inside.path.length > 1 ? own : new Map([...surroundings.steps, ...own, ["loop", -1] as const])
  return inside.steps
    .flatMap((inner, index) => {
      const at = [...path, ...inside.path, index]
      return [
        ...checkStep(inner, at, surroundings),
        ...checkReferences(inner, at, { steps }),
        ...checkInside(inner, at, { ...surroundings, steps }),
      ]
    })
    .map(asWarning)
}
