import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Program } from "../../Program.ts"
import type { TraditionalExecutor } from "../executors/TrackExecutor.ts"
import type { Models } from "../models/Models.ts"
import type { ProgramStore } from "../programs/ProgramStore.ts"
import { openBench } from "./bench.ts"
import { Budget } from "./Budget.ts"
import type { CallJournal } from "./CallJournal.ts"
import { compiledProgram } from "./compiledProgram.ts"
import { type JobReporter, jobReporter } from "./jobReporter.ts"
import { type MeasuredOutcome, measureOutcome } from "./measureOutcome.ts"
import { meteredCalls } from "./meteredCalls.ts"
import { measureTraditional } from "./measureTraditional.ts"
import { type OptimizationJob, taskOf } from "./OptimizationJob.ts"
import { OptimizationBench, type OptimizationError, type Optimized } from "./Optimizer.ts"
import { requireWriter } from "./requireWriter.ts"

/** A program that is measured and not yet kept. */
export interface Compiled extends MeasuredOutcome {
  readonly program: Program
  readonly validationScore: number | null
  readonly budget: Budget
  readonly reporter: JobReporter
}

/** What another search for the same found, which need not be searched for again. */
export interface Recalled {
  readonly program: Program
  readonly validationScore: number | null
}

/** Searches, and measures what was found beside what it would replace on rows that selection never saw. */
export const compileProgram = Effect.fnUntraced(function* (
  job: OptimizationJob,
  journal: CallJournal,
  recalled?: Recalled,
): Effect.fn.Return<Compiled, OptimizationError, TraditionalExecutor | Models | ProgramStore> {
  const { data, metric, limits, callsPerRow, concurrency, optimizer } = job
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
  const onBench = <A, E, R>(work: Effect.Effect<A, E, R>) =>
    Effect.provideService(work, OptimizationBench, opened.bench)
  if (recalled === undefined) {
    if (optimizer.writesInstructions) yield* onBench(requireWriter(optimizer.name, taskOf(job)))
    yield* onBench(optimizer.prepare ?? Effect.void)
  }

  yield* reporter.started(journal.recalled)
  yield* reporter.phase("baseline", `the traditional track on ${data.heldOut.length} held-out rows`)
  const [tookMs, baseline] = yield* timed(
    measureTraditional(job, data.heldOut, { metric, calls, callsPerRow, concurrency }),
  )

  const search = Effect.gen(function* () {
    const contenders = job.current === null ? 1 : 2
    budget.setAside({
      calls: contenders * data.heldOut.length * callsPerRow,
      timeMs: contenders * measuringMargin * tookMs,
    })
    yield* reporter.phase("search", `${optimizer.name} on ${data.train.length} training rows`)
    const found = yield* onBench(optimizer.optimize(taskOf(job)))
    budget.setAside({ calls: 0, timeMs: 0 })
    return found
  })
  const optimized = recalled === undefined ? yield* search : optimizedOf(recalled)

  yield* reporter.phase("held_out", `the program on ${data.heldOut.length} held-out rows`)
  const outcome = yield* measureOutcome(job, optimized, baseline, opened)
  const program = recalled?.program ?? (yield* compiledProgram(job, { optimized, heldOut: outcome.heldOut, budget }))
  return { ...outcome, program, validationScore: optimized.validationScore, budget, reporter }
})

/** Prompts with demos take longer than those without. */
const measuringMargin = 1.5

const optimizedOf = ({ program: { candidate, compilation, frozen }, validationScore }: Recalled): Optimized => ({
  candidate,
  validationScore,
  trials: compilation.trials,
  ...(frozen === undefined ? {} : { frozen }),
})

const timed = Effect.fnUntraced(function* <A, E, R>(work: Effect.Effect<A, E, R>) {
  const startedAtMs = yield* Clock.currentTimeMillis
  const result = yield* work
  return [(yield* Clock.currentTimeMillis) - startedAtMs, result] as const
})
