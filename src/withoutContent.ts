import type { RunEvent } from "./RunEvent.ts"

/** An event as it is published where nobody asked for content: without inputs and answers. */
export const withoutContent = (event: RunEvent): RunEvent => {
  switch (event._tag) {
    case "RunStarted": {
      const { inputs: _, ...rest } = event
      return rest
    }
    case "StepCompleted": {
      const { result: _, variables: __, ...rest } = event
      return rest
    }
    default:
      return event
  }
}
