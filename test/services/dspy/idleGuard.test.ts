import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { idleGuard } from "../../../src/services/dspy/idleGuard.ts"

describe("an idle guard", () => {
  it.effect("speaks up once nothing has been seen for its time", () =>
    Effect.gen(function* () {
      const guard = yield* idleGuard(1_000)
      const idle = yield* Effect.forkChild(guard.idle)

      yield* TestClock.adjust(900)
      yield* guard.seen
      yield* TestClock.adjust(900)
      const beforeTime = idle.pollUnsafe()
      yield* TestClock.adjust(100)

      expect(beforeTime).toBeUndefined()
      yield* Fiber.join(idle)
    }),
  )

  it.effect("waits as long as a call is under way, and then its time again", () =>
    Effect.gen(function* () {
      const guard = yield* idleGuard(1_000)
      const idle = yield* Effect.forkChild(guard.idle)
      const call = yield* Effect.forkChild(guard.busy(Effect.sleep(10_000)))

      yield* TestClock.adjust(10_900)
      const afterTheCall = idle.pollUnsafe()
      yield* Fiber.join(call)
      yield* TestClock.adjust(1_000)

      expect(afterTheCall).toBeUndefined()
      yield* Fiber.join(idle)
    }),
  )
})
