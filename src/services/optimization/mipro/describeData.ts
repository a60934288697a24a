import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Example } from "../../../Example.ts"
import type { Message } from "../../../Message.ts"
import type { Signature } from "../../../Signature.ts"
import { OptimizationBench, type OptimizationError } from "../Optimizer.ts"
import { taskText, valuesText } from "../taskText.ts"

/** Rows that are shown at a time, and how many times at most, as in DSPy. */
const batchRows = 10
const mostBatches = 10

/** Characters of an observation or a summary that are kept. */
const mostCharacters = 4_000

/**
 * What a model finds in the data, summed up in a few sentences for those who write instructions. Looks at batches of
 * rows until it finds nothing new. Null where it says nothing or the calls do not suffice.
 */
export const describeData = Effect.fnUntraced(function* (
  signature: Signature,
  rows: ReadonlyArray<Example>,
): Effect.fn.Return<string | null, OptimizationError, OptimizationBench> {
  const observations: Array<string> = []
  for (let batch = 0; batch < mostBatches && batch * batchRows < rows.length; batch++) {
    const shown = rows.slice(batch * batchRows, (batch + 1) * batchRows)
    const said = yield* askBriefly(observationPrompt(signature, shown, observations))
    if (said === null || /^\W*nothing new\W*$/i.test(said)) break
    observations.push(said)
  }
  if (observations.length === 0) return null
  return (yield* askBriefly(summaryPrompt(observations))) ?? observations.join("\n").slice(0, mostCharacters)
})

const askBriefly = Effect.fnUntraced(function* (messages: ReadonlyArray<Message>) {
  const bench = yield* OptimizationBench
  const answer = yield* Effect.result(bench.ask(messages, { temperature: 1 }))
  if (Result.isSuccess(answer)) return answer.success.trim().slice(0, mostCharacters) || null
  if (answer.failure.reason === "budget_exhausted" || answer.failure.reason === "model_failed") return null
  return yield* answer.failure
})

const observationPrompt = (
  signature: Signature,
  rows: ReadonlyArray<Example>,
  observations: ReadonlyArray<string>,
): ReadonlyArray<Message> => [
  {
    role: "system",
    content:
      "You study examples of a task for someone who will write instructions for it. Say in a few sentences what holds " +
      "for many of them: subjects, wording, length and form of the inputs, how outputs follow from inputs, what is " +
      "easily confused. If the examples show nothing that is not said already, answer only: NOTHING NEW",
  },
  {
    role: "user",
    content: [
      taskText(signature),
      ...(observations.length === 0 ? [] : [`Said already:\n${observations.join("\n")}`]),
      ...rows.map(({ inputs, outputs }, at) =>
        [`## Example ${at + 1}`, valuesText(signature.inputs, inputs), valuesText(signature.outputs, outputs)].join(
          "\n",
        ),
      ),
    ].join("\n\n"),
  },
]

const summaryPrompt = (observations: ReadonlyArray<string>): ReadonlyArray<Message> => [
  {
    role: "system",
    content:
      "Sum up these observations about a data set in two or three sentences, the most useful ones for doing the task.",
  },
  { role: "user", content: observations.join("\n\n") },
]
