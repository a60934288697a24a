import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { RunFact } from "../RunEvent.ts"

/** Takes what services have to report about a run, in the order in which it happened. */
export class FactRecorder extends Context.Service<
  FactRecorder,
  { readonly record: (runId: string, fact: RunFact) => Effect.Effect<void> }
>()("doubletrack/services/FactRecorder") {}
