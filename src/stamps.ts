import type { EventEnvelope } from "./RunEvent.ts"
import type { SystemEvent, SystemFact } from "./SystemEvent.ts"

/** Where events come from, and when. */
export interface StampSource {
  readonly newId: () => string
  /** ISO 8601, UTC. */
  readonly isoNow: () => string
  readonly node: string
}

/** Puts time and place on facts. */
export const makeStamps = ({ newId, isoNow, node }: StampSource) => ({
  ofRun: (runId: string, workflow: string, seq: number): EventEnvelope => ({
    v: 1,
    id: newId(),
    scope: "run",
    runId,
    seq,
    at: isoNow(),
    node,
    workflow,
  }),
  ofSystem: (fact: SystemFact): SystemEvent => ({ v: 1, id: newId(), scope: "system", at: isoNow(), node, ...fact }),
})
