import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as PubSub from "effect/PubSub"
import type * as Scope from "effect/Scope"
import type { LoadedWorkflow } from "../../../Workflow.ts"
import { ProgramStore } from "../../programs/ProgramStore.ts"
import { Store } from "../../store/Store.ts"
import type { StoreError } from "../../store/StoreError.ts"
import type { EntryWriter } from "../../store/StoredEntries.ts"
import { isSameScheduling, scheduledBy, type Scheduling } from "./scheduledBy.ts"
import { type DriftSignal, type ScheduledStep, scheduleEntries } from "./ScheduledStep.ts"
import { referenceTo } from "./WorkflowReference.ts"

export interface StepSignal {
  /** Its name. */
  readonly workflow: string
  readonly step: string
  readonly kind: DriftSignal
}

/** When a step was asked for, and how many rows there were to learn from. */
export type LastAsked = Pick<ScheduledStep, "lastAtMs" | "rows">

/** The steps that are optimized again and again, as `optimization_frequency` says; one schedule for all processes of a store. */
export class OptimizationSchedule extends Context.Service<
  OptimizationSchedule,
  {
    /** Brings the schedule up to what a workflow says now. Cheap where nothing has changed, so that every run may do it. */
    readonly register: (loaded: LoadedWorkflow) => Effect.Effect<void, StoreError>
    /** Reports that a step's answers got worse; false where its frequency is not adaptive. */
    readonly signal: (signal: StepSignal) => Effect.Effect<boolean, StoreError>
    /** By workflow and step; damaged ones are left out and said on the log. */
    readonly list: Effect.Effect<ReadonlyArray<ScheduledStep>, StoreError>
    /** Remembers that a step was asked for; the signals that it had then are dealt with. */
    readonly asked: (step: ScheduledStep, last: LastAsked) => Effect.Effect<void, StoreError>
    /** A message for each change by this process, from now on; the latest is kept until it is taken. */
    readonly changes: Effect.Effect<PubSub.Subscription<void>, never, Scope.Scope>
  }
>()("doubletrack/services/optimization/queue/OptimizationSchedule") {
  static readonly layer: Layer.Layer<OptimizationSchedule, never, Store | ProgramStore | Path.Path> = Layer.effect(
    OptimizationSchedule,
    Effect.gen(function* () {
      const store = yield* Store
      const programs = yield* ProgramStore
      const path = yield* Path.Path
      const changed = yield* PubSub.sliding<void>(1)
      const change = <A>(work: (entries: EntryWriter) => A) =>
        Effect.tap(store.write(work), PubSub.publish(changed, undefined))

      /** When the program in use was compiled; one that cannot be read is compiled anew. */
      const compiledAtMs = ({ workflow: { name: workflow }, step, signatureHash }: Scheduling) =>
        programs.adopted({ workflow, step, signatureHash }).pipe(
          Effect.map((program) => (program === null ? null : Date.parse(program.createdAt))),
          Effect.orElseSucceed(() => null),
        )

      return OptimizationSchedule.of({
        register: Effect.fnUntraced(function* (loaded) {
          const workflow = yield* Effect.provideService(referenceTo(loaded), Path.Path, path)
          const said = scheduledBy(loaded.workflow, workflow)
          const known = yield* store.read((entries) => scheduleEntries.ofWorkflow(entries, workflow.name))
          const gone = known.filter((scheduled) => !said.some(({ step }) => step === scheduled.step))
          const news = said.filter((each) => !known.some((scheduled) => isSameScheduling(scheduled, each)))
          if (gone.length === 0 && news.length === 0) return
          const fresh = yield* Effect.forEach(news, (each) =>
            Effect.map(
              compiledAtMs(each),
              (lastAtMs): ScheduledStep => ({ ...each, lastAtMs, rows: null, signals: [] }),
            ),
          )
          yield* change((entries) => {
            for (const scheduled of gone) scheduleEntries.remove(entries, scheduled)
            for (const each of fresh) scheduleEntries.put(entries, broughtUp(scheduleEntries.find(entries, each), each))
          })
        }),
        signal: ({ workflow: name, step, kind }) =>
          change((entries) => {
            const scheduled = scheduleEntries.find(entries, { workflow: { name }, step })
            if (scheduled?.frequency !== "adaptive") return false
            const signals = [...scheduled.signals.filter((each) => each !== kind), kind]
            scheduleEntries.put(entries, { ...scheduled, signals })
            return true
          }),
        list: Effect.gen(function* () {
          const { scheduled, damaged } = yield* store.read(scheduleEntries.all)
          for (const message of damaged) yield* Effect.logWarning(message)
          return scheduled
        }),
        asked: (step, last) =>
          store.write((entries) => {
            const scheduled = scheduleEntries.find(entries, step)
            if (scheduled?.signatureHash !== step.signatureHash) return
            const signals = scheduled.signals.filter((each) => !step.signals.includes(each))
            scheduleEntries.put(entries, { ...scheduled, ...last, signals })
          }),
        changes: PubSub.subscribe(changed),
      })
    }),
  )
}

/** What is remembered of a step is remembered of one signature. */
const broughtUp = (before: ScheduledStep | null, fresh: ScheduledStep): ScheduledStep =>
  before?.signatureHash === fresh.signatureHash
    ? { ...before, workflow: fresh.workflow, frequency: fresh.frequency }
    : fresh
