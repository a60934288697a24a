import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { HeldOutScore, Program } from "../../Program.ts"
import type { TraditionalExecutor } from "../executors/TrackExecutor.ts"
import type { Models } from "../models/Models.ts"
import { ProgramStore } from "../programs/ProgramStore.ts"
import type { Store } from "../store/Store.ts"
import type { Verdict } from "./adoption.ts"
import { openBench } from "./bench.ts"
import { Budget } from "./Budget.ts"
import { type CallJournal, openCallJournal } from "./CallJournal.ts"
import { compiledProgram } from "./compiledProgram.ts"
import { jobKey } from "./jobKey.ts"
import { type JobReporter, jobReporter } from "./jobReporter.ts"
import { measureOutcome } from "./measureOutcome.ts"
import { meteredCalls } from "./meteredCalls.ts"
import { measureTraditional } from "./measureTraditional.ts"
import { type OptimizationJob, taskOf } from "./OptimizationJob.ts"
import { OptimizationBench, OptimizationError } from "./Optimizer.ts"
import { requireWriter } from "./requireWriter.ts"

/** What came of an optimization. */
export interface OptimizeReport {
  readonly programId: string
  readonly step: string
  readonly optimizer: string
  readonly engine: "embedded" | "dspy"
  readonly adopted: boolean
  readonly reason: string
  /** Null where the budget did not suffice to measure the program. */
  readonly heldOut: Omit<HeldOutScore, "metric"> | null
  /** Model calls of the whole job, those of an interrupted start included. */
  readonly calls: number
  /** USD; null where a price is not known. */
  readonly costUsd: number | null
  readonly trials: number
}

/**
 * Compiles a program for a step, measures it beside what it would replace on rows that selection never saw, and adopts
 * or rejects it. The program is kept either way. Interrupting it leaves the answers so far to a start with `resume`, and
 * so does a failure, but for the calls that failed.
 */
export const optimizeStep = Effect.fnUntraced(function* (
  job: OptimizationJob,
): Effect.fn.Return<OptimizeReport, OptimizationError, TraditionalExecutor | Models | ProgramStore | Store> {
  yield* checkBudget(job)
  const journal = yield* openCallJournal(jobKey(job), job).pipe(Effect.mapError(storeFailed))
  return yield* carryOut(job, journal).pipe(Effect.tapError(() => Effect.mapError(journal.dropFailures, storeFailed)))
})

const carryOut = Effect.fnUntraced(function* (
  job: OptimizationJob,
  journal: CallJournal,
): Effect.fn.Return<OptimizeReport, OptimizationError, TraditionalExecutor | Models | ProgramStore> {
  const { data, metric, limits, callsPerRow, concurrency } = job
  const budget = new Budget(limits, yield* Clock.currentTimeMillis)
  const calls = meteredCalls({ budget, journal, prices: job.prices, concurrency })
  const reporter = jobReporter(job, budget)
  const opened = yield* openBench({
    ...job,
    origin: { runId: job.run.id, step: job.step.name, path: job.step.name, track: "optimized" },
    calls,
    budget,
    progress: reporter.progress,
  })
  if (job.optimizer.writesInstructions) {
    yield* Effect.provideService(requireWriter(job.optimizer.name, taskOf(job)), OptimizationBench, opened.bench)
  }
  yield* Effect.provideService(job.optimizer.prepare ?? Effect.void, OptimizationBench, opened.bench)

  yield* reporter.started(journal.recalled)
  yield* reporter.phase("baseline", `the traditional track on ${data.heldOut.length} held-out rows`)
  const [tookMs, baseline] = yield* timed(
    measureTraditional(job, data.heldOut, { metric, calls, callsPerRow, concurrency }),
  )

  const contenders = job.current === null ? 1 : 2
  budget.setAside({
    calls: contenders * data.heldOut.length * callsPerRow,
    timeMs: contenders * measuringMargin * tookMs,
  })
  yield* reporter.phase("search", `${job.optimizer.name} on ${data.train.length} training rows`)
  const optimized = yield* Effect.provideService(job.optimizer.optimize(taskOf(job)), OptimizationBench, opened.bench)
  budget.setAside({ calls: 0, timeMs: 0 })

  yield* reporter.phase("held_out", `the program on ${data.heldOut.length} held-out rows`)
  const outcome = yield* measureOutcome(job, optimized, baseline, opened)
  const program = yield* compiledProgram(job, { optimized, heldOut: outcome.heldOut, budget })
  const verdict = program.id === job.current?.id ? stillInUse(outcome.verdict) : outcome.verdict
  yield* finish(program, verdict, reporter)
  yield* Effect.mapError(journal.drop, storeFailed)

  const { heldOut } = outcome
  return {
    programId: program.id,
    step: job.step.name,
    optimizer: job.optimizer.name,
    engine: job.engine,
    ...verdict,
    heldOut: heldOut === null ? null : withoutMetric(heldOut),
    calls: budget.calls,
    costUsd: budget.usage.costUsd,
    trials: optimized.trials,
  }
})

/** A search that comes out at the program in use takes nothing away from it. */
const stillInUse = ({ adopted, reason }: Verdict): Verdict => ({
  adopted: true,
  reason: adopted ? reason : `it is the program in use and stays so, though it would not be adopted today: ${reason}`,
})

/** Prompts with demos take longer than those without. */
const measuringMargin = 1.5

const checkBudget = (job: OptimizationJob): Effect.Effect<void, OptimizationError> => {
  const { maxCalls = Number.POSITIVE_INFINITY } = job.limits
  const rows = job.data.heldOut.length
  const measuring = (job.current === null ? 2 : 3) * rows * job.callsPerRow
  const searching = job.optimizer.leastCalls(taskOf(job)) * job.callsPerRow
  const least = measuring + searching
  if (maxCalls >= least) return Effect.void
  return Effect.fail(
    new OptimizationError({
      reason: "budget_too_small",
      message:
        `${maxCalls} calls are too few: ${job.optimizer.name} needs at least ${least} here, ${searching} to search and ` +
        `${measuring} to measure on ${rows} held-out rows. Pass --max-calls ${least} or more.`,
    }),
  )
}

const timed = Effect.fnUntraced(function* <A, E, R>(work: Effect.Effect<A, E, R>) {
  const startedAtMs = yield* Clock.currentTimeMillis
  const result = yield* work
  return [(yield* Clock.currentTimeMillis) - startedAtMs, result] as const
})

const finish = Effect.fnUntraced(function* (program: Program, verdict: Verdict, reporter: JobReporter) {
  const store = yield* ProgramStore
  yield* Effect.mapError(store.save(program, verdict), storeFailed)
  yield* reporter.compiled(program.id)
  yield* reporter.judged(program.id, verdict)
})

const withoutMetric = ({ metric: _, ...scores }: HeldOutScore): Omit<HeldOutScore, "metric"> => scores

const storeFailed = ({ message }: { readonly message: string }) =>
  new OptimizationError({ reason: "configuration", message })
