import type { RunReport, StepReport } from "../RunReport.ts"
import type { RunProgress, StepProgress } from "./progress.ts"

/** The report on a run that has ended; `null` while it has not. */
export const reportOf = (progress: RunProgress): RunReport | null => {
  if (progress.status === "running") return null
  const { runId, workflow, mode, status, results, steps, usage, latencyMs, error } = progress
  return {
    runId,
    workflow,
    mode,
    status,
    results,
    steps: steps.map(stepReport),
    totals: { latencyMs, costUsd: usage.costUsd, tokens: usage.tokens },
    ...(error === null ? {} : { error }),
  }
}

/** What happened to a step so far. */
export const stepReport = (step: StepProgress): StepReport => ({
  name: step.name,
  type: step.type,
  path: step.path,
  route:
    step.route === null ? null : { to: step.route.to, reason: step.route.reason, propensity: step.route.propensity },
  assigned: step.route?.assigned ?? null,
  executed: step.executed,
  fellBack: step.fellBack,
  skipped: step.state === "skipped",
  latencyMs: step.latencyMs,
  costUsd: step.usage.costUsd,
  tokens: step.usage.tokens,
  ...(step.quality === undefined ? {} : { quality: step.quality }),
  ...(step.outputFile === undefined ? {} : { outputFile: step.outputFile }),
})
