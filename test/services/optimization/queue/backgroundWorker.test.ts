import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { decodeSettings } from "../../../../src/decodeSettings.ts"
import { FactRecorder } from "../../../../src/services/FactRecorder.ts"
import { withMeter } from "../../../../src/services/models/CallMeter.ts"
import { ModelError, type ModelRequest, Models } from "../../../../src/services/models/Models.ts"
import { modelsLayer } from "../../../../src/services/models/modelsLayer.ts"
import { callKey } from "../../../../src/services/optimization/callKey.ts"
import { OptimizationQueue } from "../../../../src/services/optimization/queue/OptimizationQueue.ts"
import { queueEntries } from "../../../../src/services/optimization/queue/queueEntries.ts"
import { ProgramStore } from "../../../../src/services/programs/ProgramStore.ts"
import { Store } from "../../../../src/services/store/Store.ts"
import { signatureHash } from "../../../../src/signatureHash.ts"
import type { SystemFact } from "../../../../src/SystemEvent.ts"
import { aProgram } from "../../programs/aProgram.ts"
import { countedModel } from "../aJob.ts"
import { colourWorkflow, sortedOrNot } from "../anOptimization.ts"
import { signature } from "../colourTask.ts"
import { allDone, process, request, until, worker } from "./aWorker.ts"

type Services = Layer.Success<ReturnType<typeof process>>

const inProcess = <A, E>(models: Layer.Layer<Models>, effect: Effect.Effect<A, E, Services>): Promise<A> =>
  Effect.runPromise(Effect.provide(effect, process(models)))

const ask = (...requests: ReadonlyArray<ReturnType<typeof request>>) =>
  OptimizationQueue.use((queue) => Effect.forEach(requests, queue.request, { concurrency: "unbounded" }))
const listed = OptimizationQueue.use(({ list }) => list)
const adopted = ProgramStore.use((store) =>
  store.adopted({ workflow: "colours", step: "sort", signatureHash: signatureHash(signature) }),
)

/** Lets a worker work until nothing waits any more. */
const workedOff = (background: ReturnType<typeof worker>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(background)
    yield* until(allDone)
    yield* Fiber.interrupt(fiber)
    return yield* listed
  })

describe("what is wanted", () => {
  test("is compiled and adopted, though nobody waits for it", async () => {
    const facts: Array<SystemFact> = []

    const [queued, program] = await inProcess(
      countedModel(sortedOrNot).layer,
      Effect.gen(function* () {
        yield* ask(request())
        const queued = yield* workedOff(worker({ record: (fact) => void facts.push(fact) }))
        return [queued, yield* adopted] as const
      }),
    )

    expect(queued).toMatchObject([{ last: { status: "adopted", programId: program?.id } }])
    expect(facts.map(({ _tag }) => _tag).filter((tag) => tag !== "OptimizationProgressed")).toEqual([
      "OptimizationStarted",
      "ProgramCompiled",
      "ProgramAdopted",
    ])
  })

  test("by ten runs at once is compiled once", async () => {
    let started = 0
    const record = ({ _tag }: SystemFact) => void (started += _tag === "OptimizationStarted" ? 1 : 0)

    await inProcess(
      countedModel(sortedOrNot).layer,
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(worker({ record, options: { workers: 3 } }))
        yield* ask(...Array.from({ length: 10 }, () => request()))
        yield* until(allDone)
        yield* ask(...Array.from({ length: 10 }, () => request()))
        yield* Fiber.interrupt(fiber)
      }),
    )

    expect(started).toBe(1)
  })

  test("for want of a program is not compiled where one is in use by now", async () => {
    const model = countedModel(sortedOrNot)
    const program = aProgram({ workflow: "colours", step: "sort", signature })

    const queued = await inProcess(
      model.layer,
      Effect.gen(function* () {
        yield* ask(request())
        yield* ProgramStore.use((store) => store.save(program, { adopted: true, reason: "compiled by hand" }))
        return yield* workedOff(worker())
      }),
    )

    expect(queued).toMatchObject([{ last: { status: "adopted", programId: program.id } }])
    expect(model.started()).toBe(0)
  })

  test.each(["no_program", "fallback"] as const)(
    "by %s is not compiled where the last program was taken out of use, until there is something new",
    async (why) => {
      const model = countedModel(sortedOrNot)
      const program = aProgram({ workflow: "colours", step: "sort", signature })
      const place = { workflow: "colours", step: "sort" }

      const [left, meanwhile, renewed] = await inProcess(
        model.layer,
        Effect.gen(function* () {
          yield* ProgramStore.use((store) => store.save(program, { adopted: true, reason: "compiled by hand" }))
          yield* ProgramStore.use((store) => store.rollback(place))
          yield* ask(request({ why }))
          const left = yield* workedOff(worker())
          const meanwhile = model.started()
          yield* ask(request({ why: "new_data" }))
          return [left, meanwhile, yield* workedOff(worker())] as const
        }),
      )

      expect(left).toMatchObject([{ last: { status: "rejected", message: expect.stringContaining(program.id) } }])
      expect(meanwhile).toBe(0)
      expect(renewed).toMatchObject([{ last: { status: "adopted" } }])
    },
  )

  test("makes no more than two calls at a time", async () => {
    let [underWay, most] = [0, 0]
    const model = countedModel(sortedOrNot)
    const watched = Layer.effect(
      Models,
      Effect.map(Models, (models) =>
        Models.of({
          ...models,
          generate: (asked) =>
            Effect.suspend(() => {
              most = Math.max(most, ++underWay)
              return Effect.ensuring(
                models.generate(asked),
                Effect.sync(() => (underWay -= 1)),
              )
            }),
        }),
      ),
    ).pipe(Layer.provide(model.layer))

    await inProcess(watched, Effect.andThen(ask(request()), workedOff(worker())))

    expect(most).toBe(2)
  })

  test("and found no better is remembered as rejected, with the reason", async () => {
    const queued = await inProcess(
      countedModel(() => "[[ ## side ## ]]\ncold\n\n[[ ## completed ## ]]").layer,
      Effect.andThen(ask(request()), workedOff(worker())),
    )

    expect(queued).toMatchObject([{ last: { status: "rejected", message: expect.stringContaining("held-out rows") } }])
  })
})

describe("what goes wrong", () => {
  test("is marked, and the next one has its turn", async () => {
    const [step] = colourWorkflow.steps
    const workflow = { ...colourWorkflow, steps: [{ ...step, name: "broken", dspy_config: {} }, step] } as const

    const queued = await inProcess(
      countedModel(sortedOrNot).layer,
      Effect.andThen(ask(request({ step: "broken" }), request()), workedOff(worker({ workflow }))),
    )

    expect(Object.fromEntries(queued.map(({ step: name, last }) => [name, last]))).toMatchObject({
      broken: { status: "failed", message: expect.stringContaining("has no training data") },
      sort: { status: "adopted" },
    })
  })

  test("without being expected is marked as well", async () => {
    const surroundings = () => {
      throw new Error("nobody thought of this")
    }

    const queued = await inProcess(
      countedModel(sortedOrNot).layer,
      Effect.andThen(ask(request()), workedOff(worker({ options: { surroundings } }))),
    )

    expect(queued).toMatchObject([
      { last: { status: "failed", message: expect.stringContaining("nobody thought of this") } },
    ])
  })

  test("as long as a model is down is tried anew when it is back", async () => {
    let isDown = true
    const model = countedModel((asked: ModelRequest) =>
      isDown ? new ModelError({ reason: "unreachable", message: "down", model: asked.model }) : sortedOrNot(asked),
    )

    const queued = await inProcess(
      model.layer,
      Effect.gen(function* () {
        const background = worker()
        yield* ask(request())
        const before = yield* workedOff(background)
        isDown = false
        yield* ask(request({ why: "new_data" }))
        return [before, yield* workedOff(background)]
      }),
    )

    expect(queued).toMatchObject([[{ last: { status: "failed" } }], [{ last: { status: "adopted" } }]])
  })

  test("in looking for a workflow does not end the worker", async () => {
    let asked = 0
    const resolve = () => Effect.sync(() => (asked++ === 0 ? JSON.parse("no workflow") : null))

    await inProcess(
      countedModel().layer,
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(worker({ options: { resolve, pollEveryMs: 1 } }))
        yield* ask(request())
        yield* until(Effect.sync(() => asked > 1))
        yield* Fiber.interrupt(fiber)
      }),
    )
  })

  test("with a step that has another signature by now is no program for it", async () => {
    const model = countedModel(sortedOrNot)

    const queued = await inProcess(
      model.layer,
      Effect.andThen(ask(request({ signatureHash: "of-before" })), workedOff(worker())),
    )

    expect(queued).toMatchObject([
      { last: { status: "failed", message: expect.stringContaining("another signature") } },
    ])
    expect(model.started()).toBe(0)
  })
})

test("a workflow that this process does not know waits for one that does, and holds up nothing", async () => {
  const queued = await inProcess(
    countedModel(sortedOrNot).layer,
    Effect.gen(function* () {
      yield* ask(request({ workflow: { name: "elsewhere" } }))
      yield* ask(request())
      const fiber = yield* Effect.forkChild(worker())
      yield* until(Effect.map(listed, (all) => all.some(({ state }) => state._tag === "Done")))
      yield* Fiber.interrupt(fiber)
      return yield* listed
    }),
  )

  expect(Object.fromEntries(queued.map(({ workflow: { name }, state }) => [name, state._tag]))).toEqual({
    elsewhere: "Waiting",
    colours: "Done",
  })
})

describe("with a clock", () => {
  const silent = countedModel(sortedOrNot, { latencyMs: 3_600_000 })

  const atStandstill = <A, E>(effect: Effect.Effect<A, E, Services>) =>
    Effect.runPromise(Effect.provide(effect, Layer.merge(process(silent.layer), TestClock.layer())))

  const state = Effect.map(listed, ([first]) => first?.state)

  test("a request of another process is found within half a minute", () =>
    atStandstill(
      Effect.gen(function* () {
        yield* Effect.forkChild(worker())
        yield* TestClock.adjust(1)
        const store = yield* Store
        yield* store.write((entries) => queueEntries.request(entries, request(), 0))

        yield* TestClock.adjust("29 seconds")
        const early = yield* state
        yield* TestClock.adjust("1 second")
        yield* until(Effect.map(state, (now) => now?._tag === "Claimed"))

        expect(early?._tag).toBe("Waiting")
      }),
    ))

  test("a claim is renewed while the work takes", () =>
    atStandstill(
      Effect.gen(function* () {
        yield* ask(request())
        yield* Effect.forkChild(worker())
        yield* until(Effect.map(state, (now) => now?._tag === "Claimed"))
        const before = yield* state

        for (let minute = 0; minute < 30; minute += 1) yield* TestClock.adjust("1 minute")

        expect(yield* OptimizationQueue.use(({ take }) => take())).toBeNull()
        expect(yield* state).toMatchObject({ owner: before?._tag === "Claimed" ? before.owner : "" })
      }),
    ))

  test("work stops when its claim has gone to another process", () =>
    atStandstill(
      Effect.gen(function* () {
        yield* ask(request())
        const fiber = yield* Effect.forkChild(worker())
        yield* until(Effect.map(state, (now) => now?._tag === "Claimed"))
        const store = yield* Store
        const taking = { owner: "another", nowMs: 3_600_000, leaseMs: 3_600_000, only: () => true }
        yield* store.write((entries) => queueEntries.take(entries, taking))

        yield* TestClock.adjust("3 minutes")
        yield* Fiber.interrupt(fiber)

        expect(yield* state).toMatchObject({ _tag: "Claimed", owner: "another" })
      }),
    ))

  test("interrupting the worker gives its claim back at once", () =>
    atStandstill(
      Effect.gen(function* () {
        yield* ask(request())
        const fiber = yield* Effect.forkChild(worker())
        yield* until(Effect.map(state, (now) => now?._tag === "Claimed"))

        yield* Fiber.interrupt(fiber)

        expect(yield* state).toEqual({ _tag: "Waiting" })
      }),
    ))
})

describe("with the offline model", () => {
  /** Its answers, and how often each one was given. */
  const counted = () => {
    const answers = new Map<string, number>()
    const offline = modelsLayer({
      settings: decodeSettings({ model: "offline/in-context" }),
      environment: {},
      models: {},
    })
    const count = (asked: ModelRequest) =>
      Effect.sync(() => answers.set(callKey(asked), (answers.get(callKey(asked)) ?? 0) + 1))
    const layer = Layer.effect(
      Models,
      Effect.map(Models, (models) =>
        withMeter({ ...models, generate: (asked) => Effect.tap(models.generate(asked), () => count(asked)) }),
      ),
    ).pipe(Layer.provide(offline), Layer.provide(Layer.succeed(FactRecorder, { record: () => Effect.void })))
    const total = () => [...answers.values()].reduce((sum, count) => sum + count, 0)
    return { layer, answers, total }
  }
  const background = () => worker({ rows: 40 })

  test("whatever interrupts it, the next start goes on and asks nothing again that was answered", async () => {
    const whole = counted()
    const [expected] = await inProcess(whole.layer, Effect.andThen(ask(request()), workedOff(background())))

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.total() - 1 }), async (kill) => {
        const model = counted()
        const [resumed] = await inProcess(
          model.layer,
          Effect.gen(function* () {
            const again = background()
            yield* ask(request())
            const fiber = yield* Effect.forkChild(again)
            yield* until(Effect.sync(() => model.total() >= kill))
            yield* Fiber.interrupt(fiber)
            return yield* workedOff(again)
          }),
        )

        expect(resumed?.last).toMatchObject({ status: expected?.last?.status, message: expected?.last?.message })
        expect(model.total()).toBe(whole.total())
      }),
      { numRuns: 8 },
    )
  }, 60_000)
})
