import type { Message } from "../../../Message.ts"
import type { Signature } from "../../../Signature.ts"
import type { Trial } from "../Optimizer.ts"
import { instructionsBlock, taskText, valuesText } from "../taskText.ts"

/** Shows instructions with what a model made of them, row by row, and asks for better ones. */
export const reflectionPrompt = (
  signature: Signature,
  instructions: string,
  trials: ReadonlyArray<Trial>,
): ReadonlyArray<Message> => [
  {
    role: "system",
    content:
      "You improve the instructions that a language model follows. You see the instructions in use, some tasks that " +
      "were done under them, and what a reviewer said about each answer. Find out why answers were wrong: what the " +
      "instructions leave unsaid, say wrongly or say too vaguely. Collect every fact and rule about this kind of task " +
      "that the tasks and reviews give away, for the model that follows the instructions will not see them. Then " +
      "write the instructions anew: complete in themselves, general enough for tasks not shown here, keeping what " +
      "works. Do not say how an answer is laid out; that is said elsewhere. " +
      "Give the whole new instructions between two lines of three backticks.",
  },
  {
    role: "user",
    content: [
      taskText(signature),
      `Instructions in use:\n${instructionsBlock(instructions)}`,
      ...trials.map((trial, at) => trialText(signature, trial, at + 1)),
      "Write the new instructions.",
    ].join("\n\n"),
  },
]

const trialText = (signature: Signature, trial: Trial, number: number): string =>
  [
    `## Task ${number}`,
    valuesText(signature.inputs, trial.example.inputs),
    `### Answer\n${trial.outputs === null ? "(no answer that could be read)" : valuesText(signature.outputs, trial.outputs)}`,
    `### Review\n${reviewText(signature, trial)}`,
  ].join("\n")

const reviewText = (signature: Signature, { example, score, feedback }: Trial): string =>
  [
    `Score ${Number(score.toFixed(3))} of 1.`,
    ...(feedback === undefined ? [] : [feedback]),
    `Right would have been:\n${valuesText(signature.outputs, example.outputs)}`,
  ].join("\n")
