import * as Effect from "effect/Effect"
import type { Route } from "./Route.ts"
import type { RunEvent } from "./RunEvent.ts"
import type { RequestReason } from "./services/optimization/queue/QueuedOptimization.ts"
import type { WorkflowReference } from "./services/optimization/queue/WorkflowReference.ts"
import type { Step } from "./Step.ts"
import { signatureHash } from "./signatureHash.ts"
import type { SystemFact } from "./SystemEvent.ts"
import type { LoadedWorkflow, Workflow } from "./Workflow.ts"

/** A step that is to be optimized, and why. */
export interface WantedOptimization {
  readonly loaded: LoadedWorkflow
  readonly step: string
  readonly signatureHash: string
  readonly why: RequestReason
}

/** What optimizing in the background is done with; nothing here rejects. */
export interface BackgroundHost {
  readonly request: (wanted: WantedOptimization) => void
  /** Brings the schedule up to what a workflow says, and off it what it says no more. */
  readonly register: (loaded: LoadedWorkflow) => void
  readonly signal: (signal: {
    readonly workflow: string
    readonly step: string
    readonly kind: "drift" | "error_rate"
  }) => void
  readonly load: (file: string) => Effect.Effect<LoadedWorkflow | null>
}

/** As many workflows written in TypeScript are remembered. */
const mostWorkflows = 200

/** Asks for optimizations that runs show to be missing, and for those that are due again. */
export class BackgroundOptimization {
  readonly #host: BackgroundHost
  readonly #byRun = new Map<string, LoadedWorkflow>()
  readonly #byName = new Map<string, LoadedWorkflow>()

  constructor(host: BackgroundHost) {
    this.#host = host
  }

  /** The workflow of a run under way. */
  workflowOf(runId: string): LoadedWorkflow | undefined {
    return this.#byRun.get(runId)
  }

  begin(runId: string, loaded: LoadedWorkflow): void {
    this.#byRun.set(runId, loaded)
    if (loaded.file === undefined) this.#remember(loaded)
    if (loaded.workflow.dspy_config !== undefined) this.#host.register(loaded)
  }

  end(runId: string): void {
    this.#byRun.delete(runId)
  }

  take(event: RunEvent): void {
    const why = wantedBy(event)
    const loaded = this.#byRun.get(event.runId)
    if (why === null || loaded === undefined || !("step" in event)) return
    const step = loaded.workflow.steps.find(({ name }) => name === event.step)
    if (step?.signature === undefined || !isWanted(loaded.workflow, step, why)) return
    this.#host.request({ loaded, step: step.name, signatureHash: signatureHash(step.signature), why })
  }

  /** What is known of a track may say that it is time to compile anew. */
  hear(fact: SystemFact): void {
    if (fact._tag !== "AlertRaised" || (fact.alert !== "drift" && fact.alert !== "error_rate")) return
    this.#host.signal({ workflow: fact.workflow, step: fact.step, kind: fact.alert })
  }

  /** Finds the workflow of a request; null where this process cannot. */
  readonly resolve = ({ name, file }: WorkflowReference): Effect.Effect<LoadedWorkflow | null> =>
    file === undefined ? Effect.sync(() => this.#byName.get(name) ?? null) : this.#host.load(file)

  #remember(loaded: LoadedWorkflow): void {
    this.#byName.delete(loaded.workflow.name)
    this.#byName.set(loaded.workflow.name, loaded)
    const [oldest] = this.#byName.keys()
    if (this.#byName.size > mostWorkflows && oldest !== undefined) this.#byName.delete(oldest)
  }
}

const wantedBy = (event: RunEvent): RequestReason | null => {
  if (event._tag === "StepFellBack") return event.strategy === "schedule_and_execute" ? "fallback" : null
  return event._tag === "StepRouted" && lacksProgram(event.route) ? "no_program" : null
}

/** Of a step that is traditional by order nobody has looked whether there is a program. */
const lacksProgram = ({ facts: { mode, programId } }: Route): boolean => mode !== "traditional" && programId === null

/** Nothing is compiled that nobody asked for, and nothing without rows to learn from. */
const isWanted = ({ dspy_config: all }: Workflow, { dspy_config: own }: Step, why: RequestReason): boolean => {
  const enabled = own?.optimization_enabled ?? all?.optimization_enabled
  const data = own?.training_data_path ?? all?.training_data_path
  const collects = own?.collect_training_data ?? all?.collect_training_data ?? false
  return (why === "fallback" ? enabled !== false : enabled === true) && (data !== undefined || collects)
}
