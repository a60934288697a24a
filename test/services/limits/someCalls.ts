import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import type { ModelLimits } from "../../../src/ModelLimits.ts"
import { Fleet } from "../../../src/services/cache/Fleet.ts"
import type { CallLimit } from "../../../src/services/limits/CallLimits.ts"
import { openLimits } from "../../../src/services/limits/openLimits.ts"

export const model = "local/llama"

/** The limits as one process has them. */
export const aProcess = (limits: ModelLimits, fleet?: Fleet["Service"]) =>
  Effect.map(
    fleet === undefined
      ? Effect.provide(openLimits(limits), Fleet.layerAlone)
      : Effect.provideService(openLimits(limits), Fleet, fleet),
    (limits): CallLimit => {
      const limit = limits.of(model)
      if (limit === null) throw new Error(`nothing limits ${model}`)
      return limit
    },
  )

/** Requests of a model, which remembers when they began and how many there were at once. */
export const aModel = () => {
  const begun: Array<{ readonly atMs: number; readonly name: string; readonly waitedMs: number }> = []
  let [underWay, most] = [0, 0]
  const request = (name: string, work: Effect.Effect<unknown, string>) => (waitedMs: number) =>
    Effect.flatMap(Clock.currentTimeMillis, (atMs) => {
      begun.push({ atMs, name, waitedMs })
      underWay += 1
      most = Math.max(most, underWay)
      return Effect.ensuring(
        work,
        Effect.sync(() => void (underWay -= 1)),
      )
    })
  return { begun, request, most: () => most, underWay: () => underWay }
}

/** Lets time pass, step by step, until it is done; fails where that takes longer than `atMostMs`. */
export const whileTimePasses = Effect.fnUntraced(function* <A, E, R>(
  work: Effect.Effect<A, E, R>,
  { stepMs = 10, atMostMs = 3_600_000 }: { readonly stepMs?: number; readonly atMostMs?: number } = {},
) {
  const working = yield* Effect.forkChild(work)
  for (let passedMs = 0; working.pollUnsafe() === undefined; passedMs += stepMs) {
    if (passedMs > atMostMs) return yield* Effect.die(new Error(`it is not done after ${atMostMs} ms`))
    yield* TestClock.adjust(stepMs)
  }
  return yield* Fiber.join(working)
})
