import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { OwnStepType } from "../../../src/services/executors/OwnStepType.ts"
import { aTask } from "./aTask.ts"
import { execute } from "./execute.ts"
import { scriptedModels } from "./scriptedModels.ts"

const prompt = [{ type: "static", content: "Hello" } as const]
const tasks = [{ prompt: "one" }, { prompt: "two" }]

const own: OwnStepType = { type: "own", run: async ({ callModel }) => (await callModel("Hello")).text }

describe("a cancelled step", () => {
  it.live.each([
    [{ type: "claude", prompt }, 1],
    [{ type: "gemini", prompt }, 1],
    [{ type: "gemini_instructor", prompt }, 1],
    [{ type: "claude_smart", prompt }, 1],
    [{ type: "claude_session", prompt }, 1],
    [{ type: "claude_extract", prompt }, 1],
    [{ type: "claude_robust", prompt, retry_config: { fallback_action: "graceful_degradation" } }, 1],
    [{ type: "claude_batch", tasks }, 2],
    [{ type: "parallel_claude", parallel_tasks: tasks }, 2],
    [{ type: "own" }, 1],
  ] as const)("%o aborts its model calls", ([step, calls]) =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "hangs")
      const running = yield* Effect.forkChild(execute(aTask({ ...step }), models, [own]))
      yield* Effect.repeat(Effect.yieldNow, { until: () => models.calls.running === calls })

      yield* Fiber.interrupt(running)

      yield* Effect.repeat(Effect.yieldNow, { until: () => models.calls.running === 0 })
      assert.strictEqual(models.calls.aborted, calls)
      assert.lengthOf(models.requests, calls)
    }),
  )
})
