import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { SystemFact } from "../../SystemEvent.ts"
import type { Budget } from "./Budget.ts"
import type { OptimizationJob } from "./OptimizationJob.ts"
import type { OptimizationBench } from "./Optimizer.ts"
import type { Verdict } from "./adoption.ts"

type Phase = Extract<SystemFact, { readonly _tag: "OptimizationProgressed" }>["phase"]

/** Tells what happens in a job. */
export interface JobReporter {
  readonly started: (recalledCalls: number) => Effect.Effect<void>
  readonly phase: (phase: Phase, note: string) => Effect.Effect<void>
  readonly progress: OptimizationBench["Service"]["progress"]
  readonly compiled: (programId: string) => Effect.Effect<void>
  readonly judged: (programId: string, verdict: Verdict) => Effect.Effect<void>
}

export const jobReporter = (job: OptimizationJob, budget: Budget): JobReporter => {
  const place = { workflow: job.workflow.name, step: job.step.name }
  let reached: { readonly trial: number; readonly trials?: number; readonly bestScore: number | null } = {
    trial: 0,
    bestScore: null,
  }

  const progressed = (phase: Phase, note: string) =>
    Effect.flatMap(Clock.currentTimeMillis, (nowMs) => {
      const timeLeftMs = budget.msLeft(nowMs)
      return job.record({
        _tag: "OptimizationProgressed",
        ...place,
        phase,
        ...reached,
        note,
        calls: budget.calls,
        costUsd: budget.usage.costUsd,
        ...(Number.isFinite(timeLeftMs) ? { timeLeftMs: Math.max(0, timeLeftMs) } : {}),
      })
    })

  return {
    started: (recalledCalls) =>
      job.record({
        _tag: "OptimizationStarted",
        ...place,
        optimizer: job.optimizer.name,
        engine: job.engine,
        model: job.model,
        metric: job.metric.name,
        rows: {
          train: job.data.train.length,
          validation: job.data.validation.length,
          heldOut: job.data.heldOut.length,
        },
        recalledCalls,
      }),
    phase: progressed,
    progress: ({ note, ...step }) =>
      Effect.suspend(() => {
        reached = step.trial === 0 ? { ...step, bestScore: null } : step
        return progressed("search", note)
      }),
    compiled: (programId) =>
      job.record({
        _tag: "ProgramCompiled",
        ...place,
        programId,
        calls: budget.calls,
        costUsd: budget.usage.costUsd,
      }),
    judged: (programId, { adopted, reason }) =>
      job.record({ _tag: adopted ? "ProgramAdopted" : "ProgramRejected", ...place, programId, reason }),
  }
}
