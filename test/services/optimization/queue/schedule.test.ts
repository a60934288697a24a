import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { appendFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import type { DspyConfig } from "../../../../src/DspyConfig.ts"
import { askForWhatIsDue } from "../../../../src/services/optimization/queue/askForWhatIsDue.ts"
import { OptimizationQueue } from "../../../../src/services/optimization/queue/OptimizationQueue.ts"
import { OptimizationSchedule } from "../../../../src/services/optimization/queue/OptimizationSchedule.ts"
import { scheduleLoop } from "../../../../src/services/optimization/queue/scheduleLoop.ts"
import { ProgramStore } from "../../../../src/services/programs/ProgramStore.ts"
import type { LoadedWorkflow } from "../../../../src/Workflow.ts"
import { aProgram } from "../../programs/aProgram.ts"
import { countedModel } from "../aJob.ts"
import { folder, jsonl, services } from "../anOptimization.ts"
import { examples, signature } from "../colourTask.ts"
import { hourMs } from "./aQueue.ts"
import { until } from "./aWorker.ts"

const dayMs = 24 * hourMs

const scheduling = Layer.mergeAll(OptimizationQueue.layer, OptimizationSchedule.layer).pipe(
  Layer.provideMerge(services(countedModel().layer)),
  Layer.provideMerge(TestClock.layer()),
)
type Services = Layer.Success<typeof scheduling>

const atStandstill = <A, E>(effect: Effect.Effect<A, E, Services>): Promise<A> =>
  Effect.runPromise(Effect.provide(effect, scheduling))

const workflowWith = (config: DspyConfig, directory = "/pipelines"): LoadedWorkflow => ({
  workflow: {
    name: "colours",
    steps: [
      { name: "sort", type: "claude", signature },
      { name: "tell", type: "claude" },
    ],
    dspy_config: { training_data_path: "train.jsonl", ...config },
  },
  file: join(directory, "colours.yaml"),
  directory,
})

const register = (loaded: LoadedWorkflow) => OptimizationSchedule.use((schedule) => schedule.register(loaded))
const schedules = OptimizationSchedule.use(({ list }) => list)
const queued = OptimizationQueue.use(({ list }) => list)

/** Starts the loop and lets it look once. */
const loop = (loaded: LoadedWorkflow | null) =>
  Effect.tap(Effect.forkChild(scheduleLoop({ resolve: () => Effect.succeed(loaded), checkEveryMs: hourMs })), settled)

/** Enough turns of the event loop for a look that reads no file. */
const settled = Effect.andThen(TestClock.adjust(0), () =>
  Effect.forEach(Array.from({ length: 5 }), () => Effect.promise(() => new Promise(setImmediate))),
)

/** Lets time pass, an hour at a time, so that the loop looks as often as it would. */
const pass = (hours: number) =>
  Effect.forEach(Array.from({ length: hours }), () => Effect.andThen(TestClock.adjust(hourMs), settled))

/** Carries out what waits, and says how much that was and why. */
const carriedOut = OptimizationQueue.use((queue) =>
  Effect.gen(function* () {
    const claim = yield* queue.take()
    if (claim === null) return null
    yield* queue.done(claim, { status: "adopted", message: "better" })
    return claim.why
  }),
)

describe("a workflow with a frequency", () => {
  test("is scheduled step by step, from the first run on, by the place of its file", () =>
    atStandstill(
      Effect.gen(function* () {
        yield* register(workflowWith({ optimization_frequency: "weekly" }))
        yield* register(workflowWith({ optimization_frequency: "weekly" }))

        expect(yield* schedules).toMatchObject([
          {
            workflow: { name: "colours", file: "/pipelines/colours.yaml" },
            step: "sort",
            frequency: "weekly",
            lastAtMs: null,
          },
        ])
      }),
    ))

  test("that turns optimization off is not", () =>
    atStandstill(
      Effect.gen(function* () {
        yield* register(workflowWith({ optimization_frequency: "daily", optimization_enabled: false }))

        expect(yield* schedules).toEqual([])
      }),
    ))

  test("that loses it is no longer", () =>
    atStandstill(
      Effect.gen(function* () {
        yield* register(workflowWith({ optimization_frequency: "daily" }))
        yield* register(workflowWith({}))

        expect(yield* schedules).toEqual([])
      }),
    ))

  test("that changes it goes on from the last time", () =>
    atStandstill(
      Effect.gen(function* () {
        const daily = workflowWith({ optimization_frequency: "daily" })
        yield* register(daily)
        yield* loop(daily)
        yield* register(workflowWith({ optimization_frequency: "monthly" }))

        expect(yield* schedules).toMatchObject([{ frequency: "monthly", lastAtMs: 0 }])
      }),
    ))

  test("counts from when the program in use was compiled", () =>
    atStandstill(
      Effect.gen(function* () {
        const createdAt = new Date(3 * hourMs).toISOString()
        const program = { ...aProgram({ workflow: "colours", step: "sort", signature }), createdAt }
        yield* ProgramStore.use((store) => store.save(program, { adopted: true, reason: "better" }))

        yield* register(workflowWith({ optimization_frequency: "daily" }))

        expect(yield* schedules).toMatchObject([{ lastAtMs: 3 * hourMs }])
      }),
    ))
})

describe("daily", () => {
  const daily = workflowWith({ optimization_frequency: "daily" })

  test("asks once a day", () =>
    atStandstill(
      Effect.gen(function* () {
        yield* register(daily)
        yield* loop(daily)
        const asked: Array<string | null> = [yield* carriedOut]
        for (let day = 0; day < 3; day += 1) {
          yield* pass(23)
          asked.push(yield* carriedOut)
          yield* pass(1)
          asked.push(yield* carriedOut)
        }

        expect(asked).toEqual(["scheduled", null, "scheduled", null, "scheduled", null, "scheduled"])
      }),
    ))

  test("asks once for all that was missed while nothing was running", () =>
    atStandstill(
      Effect.gen(function* () {
        yield* register(daily)
        const fiber = yield* loop(daily)
        yield* carriedOut
        yield* Fiber.interrupt(fiber)
        yield* TestClock.adjust(10 * dayMs)

        yield* loop(daily)
        const asked = [yield* carriedOut]
        yield* pass(23)
        asked.push(yield* carriedOut)

        expect(asked).toEqual(["scheduled", null])
        expect(yield* schedules).toMatchObject([{ lastAtMs: 10 * dayMs }])
      }),
    ))

  test("by two processes at once is asked for once", () =>
    atStandstill(
      Effect.gen(function* () {
        yield* register(daily)
        yield* loop(daily)
        yield* loop(daily)

        expect([yield* carriedOut, yield* carriedOut]).toEqual(["scheduled", null])
      }),
    ))

  test("asks again as soon as a failure is no longer too recent", () =>
    atStandstill(
      Effect.gen(function* () {
        yield* register(daily)
        yield* OptimizationQueue.use((queue) =>
          Effect.gen(function* () {
            const [{ workflow, step, signatureHash } = { workflow: { name: "" }, step: "", signatureHash: "" }] =
              yield* schedules
            yield* queue.request({ workflow, step, signatureHash, why: "no_program" })
            yield* queue.done((yield* queue.take())!, { status: "failed", message: "no" })
          }),
        )

        yield* loop(daily)
        const early = yield* carriedOut
        yield* pass(1)

        expect(early).toBeNull()
        expect(yield* carriedOut).toBe("scheduled")
        expect(yield* schedules).toMatchObject([{ lastAtMs: yield* Clock.currentTimeMillis }])
      }),
    ))
})

describe("adaptive", () => {
  const adaptive = () =>
    workflowWith({ optimization_frequency: "adaptive" }, folder({ "train.jsonl": jsonl(examples(20)) }))
  const look = (loaded: LoadedWorkflow | null) => askForWhatIsDue(() => Effect.succeed(loaded))
  const signal = OptimizationSchedule.use((schedule) =>
    schedule.signal({ workflow: "colours", step: "sort", kind: "drift" }),
  )

  test("asks at the first rows, and then when a fifth more have come", () =>
    atStandstill(
      Effect.gen(function* () {
        const loaded = adaptive()
        const add = (count: number, from: number) =>
          appendFileSync(join(loaded.directory, "train.jsonl"), `\n${jsonl(examples(count, from))}`)
        yield* register(loaded)

        yield* look(loaded)
        const asked = [yield* carriedOut]
        add(3, 20)
        yield* look(loaded)
        asked.push(yield* carriedOut)
        add(1, 23)
        yield* look(loaded)
        asked.push(yield* carriedOut)
        yield* TestClock.adjust(100 * dayMs)
        yield* look(loaded)
        asked.push(yield* carriedOut)

        expect(asked).toEqual(["new_data", null, "new_data", null])
        expect(yield* schedules).toMatchObject([{ rows: 24 }])
      }),
    ))

  test("asks when a signal comes, at once and once", () =>
    atStandstill(
      Effect.gen(function* () {
        const loaded = adaptive()
        yield* register(loaded)
        yield* look(loaded)
        yield* carriedOut
        yield* loop(loaded)

        expect(yield* signal).toBe(true)
        yield* until(Effect.map(queued, ([first]) => first?.state._tag === "Waiting"))
        const asked = [yield* carriedOut]
        yield* look(loaded)
        asked.push(yield* carriedOut)

        expect(asked).toEqual(["drift", null])
      }),
    ))

  test("starts counting from the rows there are where a program is in use already", () =>
    atStandstill(
      Effect.gen(function* () {
        const loaded = adaptive()
        const program = aProgram({ workflow: "colours", step: "sort", signature })
        yield* ProgramStore.use((store) => store.save(program, { adopted: true, reason: "better" }))
        yield* register(loaded)

        yield* look(loaded)

        expect(yield* carriedOut).toBeNull()
        expect(yield* schedules).toMatchObject([{ rows: 20, lastAtMs: Date.parse(program.createdAt) }])
      }),
    ))

  test("waits where its workflow or its rows cannot be had", () =>
    atStandstill(
      Effect.gen(function* () {
        const loaded = workflowWith({ optimization_frequency: "adaptive" }, folder())
        yield* register(loaded)

        yield* look(loaded)
        yield* look(null)

        expect(yield* queued).toEqual([])
      }),
    ))

  test("alone listens to signals", () =>
    atStandstill(
      Effect.gen(function* () {
        expect(yield* signal).toBe(false)
        yield* register(workflowWith({ optimization_frequency: "weekly" }))
        expect(yield* signal).toBe(false)
      }),
    ))
})
