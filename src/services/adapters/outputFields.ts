import type { Field } from "../../Signature.ts"
import type { PromptMaterial } from "./Adapter.ts"

/** What the model is asked to fill in, in order: its reasoning where that is wanted, then the signature's outputs. */
export const outputFields = ({
  signature: { outputs },
  candidate,
}: Pick<PromptMaterial, "signature" | "candidate">): ReadonlyArray<Field> =>
  candidate.reasoning && outputs.every(({ name }) => name !== reasoning.name) ? [reasoning, ...outputs] : outputs

const reasoning: Field = {
  name: "reasoning",
  type: "string",
  description: "How the outputs follow from the inputs, step by step, before they are given.",
}
