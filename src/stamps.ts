import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { makeIds } from "./ids.ts"
import type { EventEnvelope } from "./RunEvent.ts"
import type { SystemEvent, SystemFact } from "./SystemEvent.ts"

/** Puts time and place on facts. */
export interface Stamps {
  readonly ofRun: (runId: string, workflow: string, seq: number) => EventEnvelope
  readonly ofSystem: (fact: SystemFact) => SystemEvent
}

/** Times and names for what a process tells. A node's name may be given to several: to a process and its successor, or to two in one process. */
export const openStamps = Effect.fnUntraced(function* (name?: string) {
  const clock = yield* Clock.Clock
  const nowMs = () => clock.currentTimeMillisUnsafe()
  /** ISO 8601, UTC. */
  const isoNow = () => new Date(nowMs()).toISOString()
  const own = (yield* Random.nextIntBetween(0, 2 ** 31)).toString(36)
  const node = name ?? own
  const newId = makeIds(name === undefined ? own : `${name}-${own}`, nowMs)
  const stamps: Stamps = {
    ofRun: (runId, workflow, seq) => ({
      v: 1,
      id: newId(),
      scope: "run",
      runId,
      seq,
      at: isoNow(),
      node,
      workflow,
    }),
    ofSystem: (fact) => ({ v: 1, id: newId(), scope: "system", at: isoNow(), node, ...fact }),
  }
  return { nowMs, isoNow, newId, stamps }
})
