import * as Effect from "effect/Effect"
import type { Message } from "../../../Message.ts"
import type { Signature } from "../../../Signature.ts"
import type { OptimizationBench, OptimizationError } from "../Optimizer.ts"
import { type Proposed, proposeInstructions } from "../proposeInstructions.ts"
import type { SeededRandom } from "../seededRandom.ts"
import { instructionsBlock, taskText, valuesText } from "../taskText.ts"
import type { DemoSet } from "./drawDemoSets.ts"
import { tips } from "./tips.ts"

/** What instructions are written from. */
export interface Writing {
  readonly signature: Signature
  /** The student's own, which always come first. */
  readonly instructions: string
  readonly demoSets: ReadonlyArray<DemoSet>
  readonly dataSummary: string | null
  /** Instructions wanted, the student's own among them. */
  readonly count: number
}

/** Demos shown for one proposal at most, as in DSPy. */
const shownDemos = 3

/**
 * Different instructions to choose from: the student's own, then one proposal for each of the demo sets after the
 * first, each with a tip drawn for it. Where DSPy describes the program from its source code, the signature says what
 * the task is. Ends early where the calls do; fails only where the model refused every time.
 */
export const writeInstructions = Effect.fnUntraced(function* (
  writing: Writing,
  random: SeededRandom,
): Effect.fn.Return<ReadonlyArray<string>, OptimizationError, OptimizationBench> {
  const written = new Set([writing.instructions])
  let refusal: OptimizationError | null = null
  let answered = false
  for (let number = 1; number < writing.count; number++) {
    const demos = writing.demoSets[number % writing.demoSets.length] ?? []
    const messages = proposalPrompt(writing, demos, random.pick(tips))
    const proposed: Proposed | null = yield* Effect.catchIf(
      proposeInstructions(messages, number),
      ({ reason }) => reason === "budget_exhausted",
      () => Effect.succeed(null),
    )
    if (proposed === null) break
    if (proposed._tag === "Refused") refusal = proposed.error
    else answered = true
    if (proposed._tag === "Written") written.add(proposed.instructions)
  }
  if (refusal !== null && !answered) return yield* refusal
  return [...written]
})

const proposalPrompt = (
  { signature, instructions, dataSummary }: Writing,
  demos: DemoSet,
  tip: string,
): ReadonlyArray<Message> => [
  {
    role: "system",
    content:
      "You write the instructions that a language model follows for a task. They have to tell it everything that it " +
      "needs to give the right output for any input of this kind, in words of their own, without repeating the " +
      "examples. Do not say how an answer is laid out; that is said elsewhere. " +
      `${tip === "" ? "" : `${tip} `}Give the whole instructions between two lines of three backticks.`,
  },
  {
    role: "user",
    content: [
      taskText(signature),
      ...(dataSummary === null ? [] : [`About the data:\n${dataSummary}`]),
      examplesText(signature, demos),
      `Instructions so far:\n${instructionsBlock(instructions)}`,
      "Write better instructions.",
    ].join("\n\n"),
  },
]

/** Answers that a model got right come first. */
const examplesText = (signature: Signature, demos: DemoSet): string => {
  const shown = [...demos.filter(({ augmented }) => augmented), ...demos.filter(({ augmented }) => !augmented)]
  if (shown.length === 0) return "No examples are at hand."
  return shown
    .slice(0, shownDemos)
    .map(({ inputs, outputs }, at) =>
      [`## Example ${at + 1}`, valuesText(signature.inputs, inputs), valuesText(signature.outputs, outputs)].join("\n"),
    )
    .join("\n\n")
}
