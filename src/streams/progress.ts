import type { ExecutionMode, Track } from "../ExecutionMode.ts"
import type { JsonObject } from "../Json.ts"
import type { Route } from "../Route.ts"
import type { RunEvent } from "../RunEvent.ts"
import type { FailureReason } from "../StepFailure.ts"
import { noUsage, type Usage } from "../Usage.ts"

/** Where a step stands: a state of the step machine, `waiting` before it, and `skipped`. */
export type StepState =
  | "waiting"
  | "routing"
  | "traditional"
  | "optimized"
  | "comparing"
  | "fallback"
  | "done"
  | "skipped"
  | "failed"
  | "cancelled"

export interface StepProgress {
  readonly name: string
  readonly type: string
  readonly path: string
  readonly state: StepState
  readonly route: Route | null
  readonly executed: Track | null
  readonly fellBack: boolean
  readonly usage: Usage
  readonly latencyMs: number
  readonly quality?: number
  readonly outputFile?: string
}

/** What is known of a run from its events so far. */
export interface RunProgress {
  readonly runId: string
  readonly workflow: string
  readonly mode: ExecutionMode
  readonly status: "running" | "completed" | "failed" | "cancelled"
  readonly steps: ReadonlyArray<StepProgress>
  /** By step name; empty where events come without answers. */
  readonly results: { readonly [step: string]: JsonObject }
  readonly usage: Usage
  readonly latencyMs: number
  readonly error: { readonly step: string | null; readonly reason: FailureReason; readonly message: string } | null
}

export const noProgress: RunProgress = {
  runId: "",
  workflow: "",
  mode: "traditional",
  status: "running",
  steps: [],
  results: {},
  usage: noUsage,
  latencyMs: 0,
  error: null,
}

/** Folds one event of a run into what is known of it. */
export const addEvent = (progress: RunProgress, event: RunEvent): RunProgress => {
  switch (event._tag) {
    case "RunStarted":
      return {
        ...noProgress,
        runId: event.runId,
        workflow: event.workflow,
        mode: event.mode,
        steps: event.steps.map((step) => ({ ...waiting, ...step, path: step.name })),
      }
    case "RunResumed":
      return { ...progress, steps: progress.steps.map((step) => (isUnderWay(step) ? { ...step, ...waiting } : step)) }
    case "StepStarted":
      return withStep(progress, event.path, { state: "routing" })
    case "StepRouted":
      return withStep(progress, event.path, { state: event.route.to, route: event.route })
    case "StepFellBack":
      return withStep(progress, event.path, { state: "fallback", fellBack: true })
    case "StepCompleted":
      return withResult(
        withStep(progress, event.path, {
          state: "done",
          executed: event.executed,
          usage: event.usage,
          latencyMs: event.latencyMs,
          ...(event.quality === undefined ? {} : { quality: event.quality }),
          ...(event.outputFile === undefined ? {} : { outputFile: event.outputFile }),
        }),
        event.step,
        event.result,
      )
    case "StepSkipped":
      return withResult(withStep(progress, event.path, { state: "skipped" }), event.step, {
        success: true,
        skipped: true,
        reason: event.because,
      })
    case "StepFailed":
      return withStep(progress, event.path, { state: "failed", usage: event.usage, latencyMs: event.latencyMs })
    case "RunCompleted":
      return { ...progress, status: "completed", usage: event.usage, latencyMs: event.latencyMs }
    case "RunFailed": {
      const { step, reason, message, usage, latencyMs } = event
      return { ...progress, status: "failed", usage, latencyMs, error: { step, reason, message } }
    }
    case "RunCancelled": {
      const steps = progress.steps.map((step) => (isUnderWay(step) ? { ...step, state: "cancelled" as const } : step))
      return { ...progress, status: "cancelled", steps, usage: event.usage, latencyMs: event.latencyMs }
    }
    case "ModelCalled":
    case "BudgetExceeded":
    case "TracksCompared":
      return progress
  }
}

const waiting = {
  state: "waiting",
  route: null,
  executed: null,
  fellBack: false,
  usage: noUsage,
  latencyMs: 0,
} as const

const isUnderWay = ({ state }: StepProgress): boolean => !["waiting", "done", "skipped", "failed"].includes(state)

/** Changes the step at `path` that has not ended; of several with one name, the first such. */
const withStep = (progress: RunProgress, path: string, change: Partial<StepProgress>): RunProgress => {
  const index = progress.steps.findIndex((step) => step.path === path && (step.state === "waiting" || isUnderWay(step)))
  return { ...progress, steps: progress.steps.map((step, at) => (at === index ? { ...step, ...change } : step)) }
}

const withResult = (progress: RunProgress, step: string, result: JsonObject | undefined): RunProgress =>
  result === undefined ? progress : { ...progress, results: { ...progress.results, [step]: result } }
