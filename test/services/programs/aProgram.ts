import type { Program } from "../../../src/Program.ts"
import type { Signature } from "../../../src/Signature.ts"
import { signatureHash } from "../../../src/signatureHash.ts"
import { programId } from "../../../src/services/programs/programFile.ts"

export const questionAnswer: Signature = {
  instructions: "Answer the question.",
  inputs: [{ name: "question", type: "string" }],
  outputs: [{ name: "answer", type: "string" }],
}

/** A whole program with its true id; what is given stands in place of the rest. */
export const aProgram = (given: Partial<Omit<Program, "id" | "signatureHash">> = {}): Program => {
  const signature = given.signature ?? questionAnswer
  const content = {
    v: 1,
    createdAt: "2026-01-02T03:04:05.000Z",
    workflow: "quiz",
    step: "answer",
    candidate: {
      instructions: "Answer in one word.",
      adapter: "chat",
      reasoning: false,
      demos: [{ inputs: { question: "Capital of Peru?" }, outputs: { answer: "Lima" }, augmented: true }],
    },
    optimizer: { name: "bootstrap_few_shot", engine: "embedded", settings: { maxDemos: 4 }, seed: 7 },
    model: "offline/in-context",
    data: { fingerprint: "ab".repeat(32), train: 10, validation: 5, heldOut: 5 },
    heldOut: { metric: "exact_match", baseline: 0.5, optimized: 0.75, n: 5, interval: [0.1, 0.4] },
    compilation: { calls: 20, tokens: { input: 100, output: 50 }, costUsd: null, trials: 4 },
    ...given,
    signature,
    signatureHash: signatureHash(signature),
  } satisfies Omit<Program, "id">
  return { ...content, id: programId(content) }
}
