import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import { Doubletrack } from "../Doubletrack.ts"
import type { DoubletrackOptions } from "../DoubletrackOptions.ts"
import type { DoubletrackService } from "../DoubletrackService.ts"
import type { ScriptedModel, Sleep } from "./scriptedModel.ts"

/** How a runtime for tests is started; it has a store of its own that is gone with it, and sees no environment. */
export interface TestDoubletrackOptions extends Omit<DoubletrackOptions, "layers"> {
  readonly layers?: Omit<NonNullable<DoubletrackOptions["layers"]>, "ambient">
  /** What ids and waiting times are drawn from. Default 0. */
  readonly seed?: number
  /** When it begins: ISO 8601, default the first of January 2026. */
  readonly startsAt?: string
}

/** A Doubletrack whose time stands still. */
export interface TestDoubletrack {
  readonly track: DoubletrackService
  /** Lets this many milliseconds pass: deadlines, waits, schedules and replies of scripted models that fall into them are due. */
  readonly advance: (ms: number) => Promise<void>
}

/** Starts a runtime whose time passes only when it is told to, and whose random numbers follow from the seed. */
export const testDoubletrack = async ({
  seed = 0,
  startsAt = "2026-01-01T00:00:00Z",
  layers = {},
  ...options
}: TestDoubletrackOptions = {}): Promise<TestDoubletrack> => {
  const clock = Promise.withResolvers<Context.Context<never>>()
  const controlled = Layer.effectDiscard(
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse(startsAt))
      clock.resolve(yield* Effect.context())
    }),
  ).pipe(Layer.provideMerge(TestClock.layer({ warningDelay: "1 minute" })))
  const drawn = Layer.effect(Random.Random, Effect.flatMap(Random.Random, Effect.succeed).pipe(Random.withSeed(seed)))
  const track = await Doubletrack.start({
    environment: {},
    store: ":memory:",
    model: "offline/in-context",
    node: "test",
    ...options,
    settings: { seed, ...options.settings },
    layers: { ...layers, ambient: Layer.merge(controlled, drawn) },
  })
  const context = await clock.promise
  const sleep: Sleep = (ms, signal) => Effect.runPromiseWith(context)(Effect.sleep(ms), { signal })
  for (const model of [options.model, ...Object.values(options.models ?? {})]) sleepBy(model, sleep)
  return { track, advance: (ms) => Effect.runPromiseWith(context)(TestClock.adjust(ms)) }
}

/** Scripted models wait by the same clock. */
const sleepBy = (model: DoubletrackOptions["model"] | ScriptedModel, sleep: Sleep): void => {
  if (typeof model === "object" && "sleepBy" in model) model.sleepBy(sleep)
}
