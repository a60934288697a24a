import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { IdleGuard } from "../../../src/services/dspy/idleGuard.ts"
import { runWorker, type WorkerOptions } from "../../../src/services/dspy/worker.ts"
import { workerJob } from "../../../src/services/dspy/WorkerJob.ts"

const token = "a-token-that-no-message-may-show"
const signature = {
  instructions: "Say it.",
  inputs: [{ name: "q", type: "string" }],
  outputs: [{ name: "a", type: "string" }],
} as const

const neverIdle: IdleGuard = { seen: Effect.void, busy: (call) => call, idle: Effect.never }

const work = Effect.fnUntraced(function* (
  behaviour: string,
  given: Partial<Pick<WorkerOptions, "guard" | "progress" | "python">> = {},
) {
  const task = {
    signature,
    student: { instructions: "Say it.", adapter: "chat", reasoning: false, demos: [] },
    trainset: [],
    valset: [],
    seed: 1,
    settings: {},
  } as const
  return yield* runWorker({
    python: process.execPath,
    args: [fileURLToPath(new URL("standInWorker.ts", import.meta.url)), behaviour],
    job: workerJob("gepa", task, { url: "http://127.0.0.1:1", token, lastFailure: Effect.undefined }),
    environment: {
      ...process.env,
      OPENAI_API_KEY: "sk-secret",
      HTTPS_PROXY: "http://me:secret@proxy",
      PIP_INDEX_URL: "http://x",
    },
    guard: neverIdle,
    idleMs: 60_000,
    progress: () => Effect.void,
    ...given,
  })
}, Effect.provide(NodeServices.layer))

describe("a worker", () => {
  it.live.each(["succeeds", "prints rubbish in between"])(
    "that %s gives its result, and its progress on the way",
    (behaviour) =>
      Effect.gen(function* () {
        const told: Array<unknown> = []

        const done = yield* work(behaviour, { progress: (step) => Effect.sync(() => told.push(step)) })

        expect(done).toMatchObject({ candidate: { instructions: "Say it." }, validationScore: 0.75, trials: 2 })
        expect(told).toEqual([
          { trial: 1, trials: 2, bestScore: 0.5, note: behaviour === "succeeds" ? "job gepa" : "on the way" },
        ])
      }),
  )

  it.live.each<[string, string, RegExp]>([
    [
      "prints nothing but rubbish",
      "worker_failed",
      /status 0 before the job was done; it last said: nonsense .*last words/,
    ],
    ["fails with a reason", "metric_failed", /^no label$/],
    ["dies", "worker_failed", /status 3 .*MemoryError/],
    ["is killed", "worker_failed", /was killed/],
  ])("that %s is told of in a few words without secrets", ([behaviour, reason, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(work(behaviour))

      expect(error).toMatchObject({ reason, message: expect.stringMatching(message) })
      expect(error.message).not.toContain(token)
      expect(error.message.length).toBeLessThan(1_500)
    }),
  )

  it.live("is given no keys", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(work("shows its environment"))

      expect(error.message).toContain("PYTHONPATH")
      expect(error.message).not.toMatch(/OPENAI_API_KEY|HTTPS_PROXY|PIP_INDEX_URL/)
    }),
  )

  it.live("that hangs is stopped, by force if need be", () =>
    Effect.gen(function* () {
      const started = yield* Deferred.make<number>()

      const error = yield* Effect.flip(
        work("hangs and will not stop", {
          guard: { ...neverIdle, idle: Effect.asVoid(Deferred.await(started)) },
          progress: ({ note }) => Deferred.succeed(started, Number(note)),
        }),
      )

      const pid = yield* Deferred.await(started)
      expect(error).toMatchObject({ reason: "worker_failed", message: expect.stringContaining("did nothing") })
      expect(() => process.kill(pid, 0)).toThrow("ESRCH")
    }),
  )

  it.live("is gone once its job is interrupted", () =>
    Effect.gen(function* () {
      const started = yield* Deferred.make<number>()
      const job = yield* Effect.forkChild(
        work("hangs and will not stop", { progress: ({ note }) => Deferred.succeed(started, Number(note)) }),
      )
      const pid = yield* Deferred.await(started)

      yield* Fiber.interrupt(job)

      expect(() => process.kill(pid, 0)).toThrow("ESRCH")
    }),
  )

  it.live("that cannot be started is DSPy that is unavailable", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(work("succeeds", { python: "no-such-python" }))

      expect(error.reason).toBe("dspy_unavailable")
    }),
  )
})
