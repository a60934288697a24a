import { Doubletrack, type WorkflowInput } from "../../src/index.ts"
import type { ModelLimit } from "../../src/ModelLimits.ts"

export interface LimitedTrackOptions {
  readonly nats: string
  readonly model: string
  readonly limit: ModelLimit
}

/** A node that asks a model server within a limit. */
export const limitedTrack = ({ nats, model, limit }: LimitedTrackOptions) =>
  Doubletrack.start({
    nats,
    store: ":memory:",
    model: "local/llama",
    environment: {},
    settings: { endpoints: { local: { baseUrl: model } }, limits: { "local/*": limit } },
  })

export const asking: WorkflowInput = {
  name: "asking",
  steps: [{ name: "ask", type: "claude", prompt: [{ type: "static", content: "{{inputs.question}}" }] }],
}
