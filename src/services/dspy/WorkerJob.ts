import type { Example } from "../../Example.ts"
import type { Signature } from "../../Signature.ts"
import type { OptimizationTask } from "../optimization/Optimizer.ts"
import { endpointModels } from "./endpointCalls.ts"
import type { Endpoint } from "./endpoint.ts"

/** What a worker is told on its standard input, as one line of JSON. */
export interface WorkerJob {
  readonly v: 1
  readonly id: string
  readonly signature: Signature
  readonly instructions: string
  /** Whether the model is asked for `reasoning` ahead of the outputs (DSPy's ChainOfThought). */
  readonly reasoning: boolean
  readonly adapter: "chat" | "json"
  readonly trainset: ReadonlyArray<Example>
  readonly valset: ReadonlyArray<Example>
  readonly optimizer: { readonly name: string; readonly settings: OptimizationTask["settings"] }
  readonly seed: number
  readonly endpoint: {
    readonly url: string
    readonly token: string
    readonly taskModel: string
    readonly promptModel: string
  }
  readonly metricUrl: string
  /** The bench bounds calls, cost and time; it answers "budget exhausted" once they are over. */
  readonly limits: { readonly maxSeconds: null }
}

export const workerJob = (name: string, task: OptimizationTask, { url, token }: Endpoint): WorkerJob => ({
  v: 1,
  id: name,
  signature: task.signature,
  instructions: task.student.instructions,
  reasoning: task.student.reasoning,
  adapter: task.student.adapter,
  trainset: task.trainset.map(onlyExample),
  valset: task.valset.map(onlyExample),
  optimizer: { name, settings: task.settings },
  seed: task.seed,
  endpoint: { url: `${url}/v1`, token, taskModel: endpointModels.task, promptModel: endpointModels.prompt },
  metricUrl: `${url}/metric`,
  limits: { maxSeconds: null },
})

const onlyExample = ({ inputs, outputs }: Example): Example => ({ inputs, outputs })
