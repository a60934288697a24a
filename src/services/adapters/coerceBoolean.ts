import { bareText } from "./bareText.ts"

/** `true`, `yes`, `1`, `false`, `no`, `0` in any case; nothing else, so that no sentence is taken for a verdict. */
export const coerceBoolean = (text: string): boolean | undefined => words.get(bareText(text).toLowerCase())

const words: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["0", false],
])
