import type { ExtractionExample } from "./extractByAnalogy.ts"
import { NearestNeighbours, type Neighbour } from "../../retrieval/NearestNeighbours.ts"
import { joined, type PromptReading } from "./PromptReading.ts"

/** What a field is answered from: the query as one text, and the answered examples, nearest first. */
export interface Evidence {
  readonly reading: PromptReading
  readonly text: string
  readonly examples: ReadonlyArray<Example>
  /** Whether the field is a property of an object: no sentence of the text is put there. */
  readonly nested: boolean
}

/** An answered example, its inputs as one text, and its similarity to the query. */
export interface Example {
  readonly input: string
  readonly inputs: ReadonlyMap<string, string>
  readonly outputs: ReadonlyMap<string, string>
  readonly similarity: number
}

/** Compares the query with every example of the prompt. */
export const gatherEvidence = (reading: PromptReading): Evidence => {
  const text = joined(reading.query)
  const inputs = reading.demos.map((demo) => joined(demo.inputs))
  const similarities = inputs.length === 0 ? [] : new NearestNeighbours(inputs).similarities(text)
  const examples = reading.demos
    .map((demo, row): Example => ({ ...demo, input: inputs[row] ?? "", similarity: similarities[row] ?? 0 }))
    .toSorted((a, b) => b.similarity - a.similarity)
  return { reading, text, examples, nested: false }
}

/** The neighbours that vote on a label: the nearest examples that share anything with the query. */
export const votersOf = ({ examples }: Evidence): ReadonlyArray<Neighbour> =>
  examples
    .slice(0, maxVoters)
    .map(({ similarity }, row) => ({ row, similarity }))
    .filter(({ similarity }) => similarity > 0)

/** The answers of the examples to one field, as material for extraction. */
export const copiesOf = (name: string, { examples }: Evidence): ReadonlyArray<ExtractionExample> =>
  examples.slice(0, maxCopies).map(({ input, outputs, similarity }) => ({
    text: input,
    value: outputs.get(name) ?? "",
    weight: similarity,
  }))

const maxVoters = 8
const maxCopies = 16
