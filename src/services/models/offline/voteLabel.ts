import { NearestNeighbours, type Neighbour } from "../../retrieval/NearestNeighbours.ts"
import type { Label } from "./PromptReading.ts"

/**
 * The label with the greatest sum of squared similarities over the neighbours that have it; a tie goes to the one met
 * first, that is to the nearer neighbour. Undefined when no neighbour has one of the labels.
 */
export const voteLabel = (
  labels: ReadonlyArray<Label>,
  neighbours: ReadonlyArray<Neighbour>,
  answerOf: (row: number) => string | undefined,
): string | undefined => {
  const spelling = new Map(labels.map(({ name }) => [folded(name), name]))
  const votes = new Map<string, number>()
  for (const { row, similarity } of neighbours) {
    const label = spelling.get(folded(answerOf(row) ?? ""))
    if (label !== undefined) votes.set(label, (votes.get(label) ?? 0) + similarity ** 2)
  }
  return greatest(votes)
}

/** The label whose name and description share most with the text; the first one when none shares anything. */
export const labelByName = (labels: ReadonlyArray<Label>, text: string): string | undefined => {
  const index = new NearestNeighbours(labels.map(({ name, description }) => `${name} ${description}`))
  return labels[index.nearest(text, 1)[0]?.row ?? 0]?.name
}

/**
 * Labels that examples show although nothing lists them: short answers that are no part of their inputs. Numbers count
 * only when they repeat, so that results of a calculation are not taken for labels.
 */
export const shownLabels = (answers: ReadonlyArray<string>, inputs: ReadonlyArray<string>): ReadonlyArray<Label> => {
  const names = [...new Set(answers)]
  const repeats = answers.length >= 4 && names.length <= answers.length / 2
  const short =
    names.length > 0 && names.every((name) => name !== "" && name.length <= 40 && name.split(/\s+/).length <= 3)
  const numeric = names.some((name) => /\d/.test(name))
  const copied = answers.filter((answer, at) => folded(inputs[at] ?? "").includes(folded(answer))).length
  const isLabelled = short && (repeats || (!numeric && copied < answers.length / 2))
  return isLabelled ? names.map((name) => ({ name, description: "" })) : []
}

const folded = (name: string): string => name.trim().toLowerCase()

const greatest = (votes: ReadonlyMap<string, number>): string | undefined => {
  let best: string | undefined
  for (const [label, vote] of votes) if (best === undefined || vote > (votes.get(best) ?? 0)) best = label
  return best
}
