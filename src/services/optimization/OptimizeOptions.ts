import type { Effect } from "effect/Effect"
import type { Settings } from "../../Settings.ts"
import type { RunSettings } from "../../StepTask.ts"
import type { SystemFact } from "../../SystemEvent.ts"
import type { OptimizationLimits } from "./Budget.ts"
import type { Engine } from "./optimizers.ts"

/** What a person can say about an optimization; it wins over what the workflow says. */
export interface OptimizeOptions {
  /** The step to optimize; absent: every step with a signature that does not turn it off. */
  readonly step?: string
  readonly optimizer?: string
  readonly engine?: Engine
  /** Training data, relative to the working directory. */
  readonly trainset?: string
  /** Validation data; absent: a part of the training data. */
  readonly valset?: string
  /** Name of a metric, or path of a module relative to the working directory. */
  readonly metric?: string
  /** Demos in a prompt at most. */
  readonly demos?: number
  readonly limits?: OptimizationLimits
  /** Goes on with the calls of an interrupted start; otherwise these are dropped. */
  readonly resume?: boolean
  /**
   * Whether the same optimization made before is taken, and this one kept. Default: unless it is resumed. A step or a
   * workflow that says `cache_enabled: false` has the last word.
   */
  readonly cache?: boolean
  readonly seed?: number
  /** Model calls at the same time. Default 8. */
  readonly concurrency?: number
}

/** What an optimization takes from its surroundings. */
export interface OptimizeSurroundings {
  readonly settings: Settings
  readonly runSettings: RunSettings
  /** What the DSPy engine finds its Python by. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Given: nobody waits for it, and where the same failed a moment ago, and after this time, it is not tried again. */
  readonly background?: { readonly failuresAfterMs: number }
  /** Told what happens, in order. */
  readonly record: (fact: SystemFact) => Effect<void>
  /** Told what a person should know, though nothing is wrong. */
  readonly notice: (message: string) => Effect<void>
}
