import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import * as PubSub from "effect/PubSub"
import { foldStepOf } from "./foldStepOf.ts"
import { withdrawFailing } from "./learnFromStep.ts"
import type { Monitor } from "./monitor.ts"
import type { RunEvent } from "./RunEvent.ts"
import { ExperimentControls } from "./services/experiments/ExperimentControls.ts"
import type { ExperimentFold, FoldStep } from "./services/experiments/ExperimentFold.ts"
import type { FoldPosition } from "./services/experiments/ExperimentState.ts"
import { ExperimentStore } from "./services/experiments/ExperimentStore.ts"
import { StepOutcomes } from "./services/feedback/StepOutcomes.ts"
import { Journal } from "./services/journal/Journal.ts"
import { EventOutbox, type OutboxReport } from "./services/nats/EventOutbox.ts"
import { type FoldedMessage, followExperiments } from "./services/nats/followExperiments.ts"
import { Nats } from "./services/nats/Nats.ts"
import type { NatsStatus } from "./services/nats/NatsStatus.ts"
import { type QueueStatus, WorkQueue } from "./services/nats/WorkQueue.ts"
import type { ProgramStore } from "./services/programs/ProgramStore.ts"
import { experimentChanges } from "./streams/experiment/experimentChanges.ts"
import type { SystemEvent, SystemFact } from "./SystemEvent.ts"
import { withoutContent } from "./withoutContent.ts"

type FleetServices =
  | Journal
  | Nats
  | WorkQueue
  | EventOutbox
  | ExperimentFold
  | ExperimentStore
  | ExperimentControls
  | StepOutcomes
  | ProgramStore

/** How a process stands with its fleet. */
export interface FleetReport {
  readonly status: NatsStatus
  /** Null where the store cannot be read. */
  readonly outbox: OutboxReport | null
  /** How far the stream of events is in the experiments; null until they have caught up. */
  readonly experiments: FoldPosition | null
  /** The runs that wait for workers; null where none was ever submitted, and while NATS is away. */
  readonly work: QueueStatus | null
}

/** What connects a process with its fleet. */
export interface FleetOptions {
  readonly managed: ManagedRuntime.ManagedRuntime<FleetServices, never>
  readonly services: Context.Context<FleetServices>
  /** Whether events carry inputs and answers. */
  readonly withContent: boolean
  /** Tells of an event that is not this process's alone. */
  readonly tell: (event: SystemEvent) => void
  readonly monitor: Pick<Monitor, "learned">
}

/** The events of this process to the fleet, and what the fleet learned to this process. Without NATS, nothing. */
export const openFleet = ({ managed, services, withContent, tell, monitor }: FleetOptions) => {
  const nats = Context.get(services, Nats)
  const outbox = Context.get(services, EventOutbox)
  const published = (event: RunEvent) => (withContent ? event : withoutContent(event))
  let position: FoldPosition | null = null

  const folded = (changes: ReadonlyArray<FoldedMessage>) =>
    Effect.gen(function* () {
      const last = new Map(changes.map(({ after }) => [after.key, after]))
      for (const { before, after, isRecent, step } of changes) {
        const rollback = yield* withdrawFailing(after, after.subject)
        if (!isRecent) continue
        const facts = [...experimentChanges(before, after), ...rollback]
        facts.forEach((fact, index) => tell(factOf(fact, step.origin, index)))
      }
      const controls = yield* ExperimentControls
      for (const experiment of last.values()) {
        monitor.learned(experiment, yield* controls.at(experiment.subject))
      }
    })

  const working: Array<Fiber.Fiber<unknown>> = [managed.runFork(sayingWhy(watchControls(monitor)))]
  if (nats.configured) {
    working.push(managed.runFork(takeForgotten(published)))
    const following = followExperiments({
      stepOf: foldStepOf(Context.get(services, StepOutcomes)),
      folded: (changes) => Effect.provideContext(folded(changes), services),
      reached: (reached) => {
        position = reached
      },
    })
    working.push(managed.runFork(sayingWhy(following)))
  }

  const report: Effect.Effect<FleetReport> = Effect.all({
    status: nats.status,
    outbox: Effect.orElseSucceed(outbox.report, () => null),
    experiments: Effect.sync(() => position),
    work: Context.get(services, WorkQueue).status.pipe(
      Effect.timeoutOrElse({ duration: "1 second", orElse: () => Effect.succeed(null) }),
      Effect.orElseSucceed(() => null),
    ),
  })
  return {
    /** Whether experiments are what the fleet's events say; then nothing is counted here by itself. */
    counts: nats.configured,
    /** An event as others see it. */
    published,
    takeRunEvent: (event: RunEvent) => outbox.take(published(event)),
    takeSystemEvent: (event: SystemEvent) => outbox.take(event),
    takeHistory: (history: ReadonlyArray<RunEvent>) => outbox.takeHistory(history.map(published)),
    report: () => managed.runPromise(report),
    close: () => Effect.runPromise(Fiber.interruptAll(working)),
  }
}

/** What ends without having been asked to is a bug. */
const sayingWhy = <A, R>(work: Effect.Effect<A, never, R>) =>
  Effect.tapCause(work, (cause) => (Cause.hasInterruptsOnly(cause) ? Effect.void : Effect.logError(cause)))

/** Who watches experiments sees it when one is paused, pinned or resumed, here or on another node. */
const watchControls = (monitor: FleetOptions["monitor"]) =>
  Effect.gen(function* () {
    const controls = yield* ExperimentControls
    const experiments = yield* ExperimentStore
    const changes = yield* controls.changes
    while (true) {
      const { workflow, step } = yield* PubSub.take(changes)
      const known = yield* experiments.list.pipe(
        Effect.catch(({ message }) => Effect.as(Effect.logWarning(message), [])),
      )
      const ofStep = known.filter(({ subject }) => subject.workflow === workflow && subject.step === step)
      const latest = ofStep.toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))[0]
      if (latest !== undefined) monitor.learned(latest, yield* controls.at(latest.subject))
    }
  }).pipe(Effect.scoped)

/** A process may have been killed when the end of a run was in the journal, and not yet on its way. */
const takeForgotten = (published: (event: RunEvent) => RunEvent) =>
  Effect.gen(function* () {
    const outbox = yield* EventOutbox
    const journal = yield* Journal
    for (const runId of yield* outbox.unfinished) {
      const run = yield* Effect.option(journal.read(runId))
      if (run._tag === "Some" && run.value.record.status !== "running") {
        outbox.takeHistory(run.value.events.map(published))
      }
    }
  }).pipe(Effect.catch(({ message }) => Effect.logWarning(message)))

/** All nodes tell of it in the same words, under the same id: the stream takes it once. */
const factOf = (fact: SystemFact, { id, at, node }: FoldStep["origin"], index: number): SystemEvent => ({
  v: 1,
  id: `${id}.${index}`,
  scope: "system",
  at,
  node,
  ...fact,
})
