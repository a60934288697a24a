import type { OwnAssessor } from "../../src/services/assessors/OwnAssessor.ts"

/** A judge whose mind can be changed, for each track by itself; to be named `worth`. */
export const worth = (quality: { prompt: number; program: number }): OwnAssessor => ({
  name: "worth",
  assess: ({ result }) => ("program" in result ? quality.program : quality.prompt),
})
