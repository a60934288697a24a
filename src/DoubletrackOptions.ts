import type { InspectionEvent, Observer } from "xstate"
import type { LayerOptions } from "./layers.ts"
import type { Run } from "./Run.ts"

/** How a Doubletrack is started; everything has a default. */
export interface DoubletrackOptions extends LayerOptions {
  /** Name of this process in events; default: random. */
  readonly node?: string
  /** Whether published events carry inputs and answers. Default false. */
  readonly eventContent?: boolean
  /** Whether runs that were interrupted go on by themselves: at once, and as other processes leave some. Default true. */
  readonly resumeInterrupted?: boolean
  /** Told of each run that goes on by itself. */
  readonly onResume?: (run: Run) => void
  /** XState's own inspection hook, called for every machine of every run. */
  readonly inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void)
}
