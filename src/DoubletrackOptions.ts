import type { InspectionEvent, Observer } from "xstate"
import type { LayerOptions } from "./layers.ts"

/** How a Doubletrack is started; everything has a default. */
export interface DoubletrackOptions extends LayerOptions {
  /** Name of this process in events; default: random. */
  readonly node?: string
  /** Whether published events carry inputs and answers. Default false. */
  readonly eventContent?: boolean
  /** XState's own inspection hook, called for every machine of every run. */
  readonly inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void)
}
