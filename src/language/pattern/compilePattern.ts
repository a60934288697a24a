import * as Option from "effect/Option"
import type { Instruction, Pattern } from "./Pattern.ts"

const maxInstructions = 2_000

/** The automaton of a pattern; none if counted repetitions make it too large. */
export const compilePattern = (pattern: Pattern): Option.Option<ReadonlyArray<Instruction>> => {
  const program: Array<Instruction> = []
  emit(pattern, program)
  program.push({ _tag: "Accept" })
  return program.length > maxInstructions ? Option.none() : Option.some(program)
}

const emit = (pattern: Pattern, program: Array<Instruction>): void => {
  if (program.length > maxInstructions) return
  switch (pattern._tag) {
    case "Character":
      program.push({ _tag: "Take", fits: pattern.fits })
      return
    case "Position":
      program.push({ _tag: "Require", holds: pattern.holds })
      return
    case "Sequence":
      for (const part of pattern.parts) emit(part, program)
      return
    case "Choice":
      emitChoice(pattern.options, program)
      return
    case "Repeat":
      for (let count = 0; count < pattern.least && program.length <= maxInstructions; count += 1) {
        emit(pattern.body, program)
      }
      if (pattern.most === Infinity) emitLoop(pattern.body, program)
      else emitOptional(pattern.body, pattern.most - pattern.least, program)
  }
}

/** Each option but the last is tried beside all that follow it. */
const emitChoice = (options: ReadonlyArray<Pattern>, program: Array<Instruction>): void => {
  const ends: Array<number> = []
  for (const [index, option] of options.entries()) {
    const isLast = index === options.length - 1
    const start = isLast ? undefined : reserve(program)
    emit(option, program)
    if (start === undefined) continue
    ends.push(reserve(program))
    program[start] = { _tag: "Split", first: start + 1, second: program.length }
  }
  for (const end of ends) program[end] = { _tag: "Jump", to: program.length }
}

const emitLoop = (body: Pattern, program: Array<Instruction>): void => {
  const start = reserve(program)
  emit(body, program)
  program.push({ _tag: "Jump", to: start })
  program[start] = { _tag: "Split", first: start + 1, second: program.length }
}

const emitOptional = (body: Pattern, times: number, program: Array<Instruction>): void => {
  const starts: Array<number> = []
  for (let count = 0; count < times && program.length <= maxInstructions; count += 1) {
    starts.push(reserve(program))
    emit(body, program)
  }
  for (const start of starts) program[start] = { _tag: "Split", first: start + 1, second: program.length }
}

/** A place whose instruction is known only after what follows it. */
const reserve = (program: Array<Instruction>): number => program.push({ _tag: "Accept" }) - 1
