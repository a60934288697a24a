import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { collectContent } from "../src/collectContent.ts"
import { Store } from "../src/services/store/Store.ts"
import { TrainingData } from "../src/services/training/TrainingData.ts"
import type { TrainingRow } from "../src/services/training/TrainingRow.ts"
import { answer, completed } from "./streams/events.ts"
import { signature } from "./services/optimization/colourTask.ts"

const collecting = async (quality: number | undefined) => {
  const seen: Array<TrainingRow> = []
  const redact = (row: TrainingRow) => {
    seen.push(row)
    return { ...row, inputs: { message: `redacted ${seen.length} times` } }
  }
  const end = {
    ...completed({ traditional: answer() }),
    result: { outputs: { side: "warm" } },
    ...(quality === undefined ? {} : { quality }),
  }
  const collect = Effect.gen(function* () {
    const content = yield* collectContent(end, { signature, inputs: { message: "red thing" } })
    const rows = yield* TrainingData.use((training) => training.rows(signature))
    return { content, rows }
  })
  const training = Layer.provide(TrainingData.layer({ redact }), Store.layerMemory)
  return { ...(await Effect.runPromise(Effect.provide(collect, training))), seen }
}

test.each([
  ["good", 1, 1],
  ["bad", 0, 0],
  ["unjudged", undefined, 0],
])(
  "redact sees an answer once, whether it is kept to learn from or for people to judge: a %s one",
  async (_, quality, kept) => {
    const { content, rows, seen } = await collecting(quality)

    expect(seen).toHaveLength(1)
    expect(content?.inputs).toEqual({ message: "redacted 1 times" })
    expect(rows.map(({ inputs }) => inputs)).toEqual(Array.from({ length: kept }, () => content?.inputs))
  },
)
