import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { SystemFact } from "../SystemEvent.ts"

/** Takes what services have to report outside of runs; by default nobody listens. */
export const SystemFactRecorder = Context.Reference<{ readonly record: (fact: SystemFact) => Effect.Effect<void> }>(
  "doubletrack/services/SystemFactRecorder",
  { defaultValue: () => ({ record: () => Effect.void }) },
)
