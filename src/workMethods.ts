import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schedule from "effect/Schedule"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { DoubletrackService } from "./DoubletrackService.ts"
import { checkDecision } from "./checkResume.ts"
import { followRun } from "./followRun.ts"
import { InputError, refuse, wrongInput } from "./InputError.ts"
import { replay } from "./machines/replay.ts"
import type { RuntimeParts } from "./openRuntime.ts"
import { prepareRun } from "./prepareRun.ts"
import type { ResumedRun, ResumeOptions, Run, RunOptions } from "./Run.ts"
import type { RunJob } from "./RunJob.ts"
import type { RunWorker } from "./RunWorker.ts"
import type { JournalError } from "./services/journal/JournalError.ts"
import type { SharedRun } from "./services/journal/RunNote.ts"
import { heldRunOf } from "./services/journal/sharedRecord.ts"
import { Nats } from "./services/nats/Nats.ts"
import type { NatsError } from "./services/nats/NatsError.ts"
import { hasEnded, SharedRuns } from "./services/nats/SharedRuns.ts"
import { WorkQueue } from "./services/nats/WorkQueue.ts"
import { promptFilesOf } from "./services/prompts/promptFilesOf.ts"
import type { WorkflowInput } from "./Workflow.ts"
import { type RunUnderWay, workRuns } from "./workRuns.ts"

type WorkMethods = Pick<DoubletrackService, "submit" | "attach" | "work">

type AskServices = ManagedRuntime.ManagedRuntime.Services<RuntimeParts["managed"]>

/** How long NATS is waited for by somebody who puts something there. */
const patience = "20 seconds"

/** As many are submitted at a time: NATS is not given up because many were to be submitted before. */
const mostSubmitted = 32

/** A cluster that chooses a leader does not answer, or does not know its streams, for a moment. */
const passing: ReadonlySet<NatsError["reason"]> = new Set(["away", "missing"])
const electing = Schedule.jittered(Schedule.spaced("200 millis"))

/** Runs that any process of the fleet carries out. */
export const workMethods = (
  runtime: RuntimeParts,
  { open, closing }: { readonly open: () => RuntimeParts["managed"]; readonly closing: Deferred.Deferred<void> },
) => {
  const { services, settings, load, fleet } = runtime
  const nats = Context.get(services, Nats)
  const shared = Context.get(services, SharedRuns)
  const queue = Context.get(services, WorkQueue)
  const workers = new Set<RunWorker>()
  const underWay = new Map<string, RunUnderWay>()
  const inTurn = Semaphore.makeUnsafe(mostSubmitted).withPermit

  const needFleet = (): void => {
    if (!nats.configured) throw wrongInput("this needs a fleet; name a NATS server with --nats URL, NATS_URL or `nats`")
  }

  /** Work on the fleet, which is waited for a while. */
  const inFleet = <A>(effect: Effect.Effect<A, NatsError | JournalError | InputError>, unsure = "") =>
    Effect.andThen(nats.connected, effect).pipe(
      Effect.retry({ while: (error) => error._tag === "NatsError" && passing.has(error.reason), schedule: electing }),
      Effect.mapError((error) => (error instanceof InputError ? error : wrongInput(error.message))),
      Effect.timeoutOrElse({
        duration: patience,
        orElse: () => refuse(`NATS does not answer${unsure}. \`doubletrack doctor\` says why.`),
      }),
    )

  /** Work on the fleet as it is asked for here; closing ends it. */
  const ask = async <A>(effect: Effect.Effect<A, InputError, AskServices>, unsure = ""): Promise<A> => {
    const asked = Effect.raceFirst(
      effect,
      Effect.andThen(Deferred.await(closing), refuse(`this Doubletrack was closed${unsure}`)),
    )
    return open().runPromise(asked)
  }

  const follow = (runId: string, ready: Promise<number>): Run =>
    followRun({
      runId,
      ready,
      notes: () =>
        Stream.toAsyncIterableWith(
          shared.follow(runId).pipe(
            Stream.mapError(({ message }) => wrongInput(message)),
            Stream.interruptWhen(Deferred.await(closing)),
          ),
          services,
        ),
      published: fleet.published,
      askToCancel: () => ask(inFleet(queue.askToCancel(runId))),
      onQuiet: (sequence) => ask(Effect.ignore(queue.putAgain(runId, sequence))).catch(() => {}),
    })

  const jobOf = (runId: string, workflow: string | WorkflowInput, options: RunOptions) =>
    Effect.gen(function* () {
      const loaded = yield* load(workflow, options)
      const input = yield* prepareRun(loaded, options, { ...runtime.surroundings(), runId })
      const files = yield* promptFilesOf(loaded.workflow.steps, input.settings)
      const { budget } = options
      const job: RunJob = {
        input: { ...input, settings: { ...input.settings, files } },
        ...(budget === undefined ? {} : { budget }),
      }
      return job
    })

  const known = (runId: string) =>
    Effect.flatMap(shared.look(runId), (noted) =>
      noted === null ? refuse(`the fleet knows no run ${runId}`) : Effect.succeed(noted),
    )

  /** A run that the fleet knows and that has not ended. */
  const unended = (runId: string) =>
    Effect.gen(function* () {
      const noted = yield* known(runId)
      if (hasEnded(noted.run)) return yield* wrongInput(`run ${runId} has ended`)
      return noted
    })

  /** Puts a run that was stopped into the queue again. */
  const release = Effect.fnUntraced(function* (runId: string, decision: SharedRun["decision"], last: number) {
    yield* shared.release(runId, decision)
    yield* queue.put(runId, last)
    return last
  })

  const resume = Effect.fnUntraced(function* (runId: string, options: ResumeOptions) {
    const isDecided = options.retry !== undefined || options.skip !== undefined
    const { run, last } = yield* isDecided ? unended(runId) : known(runId)
    if (hasEnded(run)) return { last, hadEnded: true }
    if (run.stopped === null) return yield* wrongInput(`run ${runId} is under way in the fleet, or waits for a worker`)
    const held = heldRunOf(run)
    if (held !== null) yield* checkDecision(replay(held.beginning.input, held.events).context, options)
    return { last: yield* release(runId, options, last), hadEnded: false }
  })

  const cancel = Effect.fnUntraced(function* (runId: string) {
    const { run, last } = yield* unended(runId)
    yield* queue.askToCancel(runId)
    if (run.stopped !== null) yield* release(runId, {}, last)
    return "asked" as const
  })

  const methods: WorkMethods = {
    submit: (workflow, options = {}) => {
      const runId = runtime.newRunId()
      const submitted = async () => {
        needFleet()
        const job = await ask(jobOf(runId, workflow, options))
        const unsure = `; ${runId} may have been submitted, or not`
        await ask(inTurn(inFleet(Effect.andThen(shared.submit(job), queue.put(runId, 0)), unsure)), unsure)
        return 0
      }
      const ready = submitted()
      const taken = ready.then(() => {})
      taken.catch(() => {})
      return { ...follow(runId, ready), submitted: taken }
    },
    attach: (runId) => {
      const ready = async () => {
        needFleet()
        const noted = await ask(inFleet(known(runId)))
        if (noted.run.stopped !== null && !hasEnded(noted.run)) throw wrongInput(noted.run.stopped)
        return noted.last
      }
      return follow(runId, ready())
    },
    work: (options = {}) => {
      needFleet()
      const worker = workRuns({ ...runtime, managed: open() }, underWay, { ...settings.nats.work, ...options })
      workers.add(worker)
      return { stop: () => worker.stop().finally(() => workers.delete(worker)) }
    },
  }
  return {
    methods,
    /** Whether a run that this state directory does not know may be one of the fleet. */
    mayKnow: nats.configured,
    /** Lets a run go on that the fleet has stopped, and follows it; one that has ended, too. */
    resume: (runId: string, options: ResumeOptions): ResumedRun => {
      const resumed = ask(inFleet(resume(runId, options)))
      const hadEnded = resumed.then((found) => found.hadEnded)
      hadEnded.catch(() => {})
      const ready = resumed.then(({ last }) => last)
      return { ...follow(runId, ready), hadEnded }
    },
    cancel: (runId: string) => ask(inFleet(cancel(runId))),
    close: async () => void (await Promise.all([...workers].map((worker) => worker.stop()))),
  }
}

export type FleetRuns = ReturnType<typeof workMethods>
