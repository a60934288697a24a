import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { measuredAnswer } from "../../../src/services/evaluation/measuredAnswer.ts"
import { heldBack } from "../../../src/services/limits/heldBack.ts"
import { CallMeter } from "../../../src/services/models/CallMeter.ts"
import { noUsage } from "../../../src/Usage.ts"
import { aTask } from "../executors/aTask.ts"
import { whileTimePasses } from "../limits/someCalls.ts"
import { ask } from "../models/givenModels.ts"

it.effect("an answer to be scored took as long as it would have without limits", () =>
  Effect.gen(function* () {
    const model = "own/slow"
    const answer = Effect.delay(Effect.succeed({ text: "left", model, finishReason: "stop", usage: noUsage }), 200)
    const held = heldBack(
      {
        pass: (work) =>
          Effect.delay(
            Effect.suspend(() => work(5000)),
            5000,
          ),
      },
      () => answer,
    )
    const execute = () =>
      Effect.flatMap(CallMeter, (meter) => Effect.orDie(meter(ask(model, "left or right"), held))).pipe(
        Effect.map(({ text, usage }) => ({ result: { success: true, text }, usage })),
      )

    const measured = yield* whileTimePasses(measuredAnswer(execute, aTask({ type: "claude" })))

    expect(measured).toMatchObject({ _tag: "Answered", latencyMs: 200 })
  }),
)
