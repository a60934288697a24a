import type { Instruction } from "./Pattern.ts"

/**
 * Whether the automaton accepts anywhere in the text, by Thompson's simulation: all states at once,
 * one character at a time, so that the time is at most text length × program length.
 */
export const runPattern = (program: ReadonlyArray<Instruction>, text: string): boolean => {
  const characters = [...text]
  let states = new Set<number>()
  for (let position = 0; position <= characters.length; position += 1) {
    states.add(0)
    if (spread(states, program, characters, position)) return true
    const next = new Set<number>()
    const character = characters[position]
    if (character === undefined) return false
    for (const state of states) {
      const instruction = program[state]
      if (instruction?._tag === "Take" && instruction.fits(character)) next.add(state + 1)
    }
    states = next
  }
  return false
}

/** Adds the states that are reached without a character; says whether one of them accepts. */
const spread = (
  states: Set<number>,
  program: ReadonlyArray<Instruction>,
  characters: ReadonlyArray<string>,
  position: number,
): boolean => {
  // A set visits what is added to it on the way.
  for (const state of states) {
    const instruction = program[state]
    if (instruction === undefined || instruction._tag === "Accept") return true
    if (instruction._tag === "Jump") states.add(instruction.to)
    if (instruction._tag === "Split") states.add(instruction.first).add(instruction.second)
    if (instruction._tag === "Require" && instruction.holds(characters, position)) states.add(state + 1)
  }
  return false
}
