import { createHash } from "node:crypto"

/** A number from [0, 1) that follows from a seed and a name: the same for the same two, whoever asks first. */
export const draw = (seed: number, name: string): number =>
  createHash("sha256").update(`${seed}\n${name}`).digest().readUIntBE(0, 6) / 2 ** 48
