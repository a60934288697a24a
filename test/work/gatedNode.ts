import type { startNode } from "../fleet/fleetNode.ts"
import type { WorkflowInput } from "../../src/index.ts"

/** A step that waits until it is let go on. */
export interface Gate {
  /** Resolves when the step has begun for the how manieth time. */
  readonly begun: (times?: number) => Promise<void>
  readonly open: () => void
  /** By whom it was begun, in that order. */
  readonly beginnings: ReadonlyArray<string>
  /** The same gate as a step of a process. */
  readonly stepType: (node: string, type?: string) => GatedType
}

type GatedType = NonNullable<NonNullable<Parameters<typeof startNode>[2]>["stepTypes"]>[number]

export const gate = (): Gate => {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const beginnings: Array<string> = []
  const waiting: Array<{ readonly times: number; readonly resolve: () => void }> = []
  return {
    open,
    beginnings,
    begun: (times = 1) =>
      beginnings.length >= times ? Promise.resolve() : new Promise((resolve) => void waiting.push({ times, resolve })),
    stepType: (node, type = "gate") => ({
      type,
      run: async () => {
        beginnings.push(node)
        for (const { times, resolve } of waiting) if (beginnings.length >= times) resolve()
        await opened
        return "through"
      },
    }),
  }
}

/** Something before the gate, the gate, and something behind it. */
export const gated: WorkflowInput = {
  name: "gated",
  steps: [
    { name: "before", type: "set_variable", variables: { word: "{{inputs.word}}" } },
    { name: "gate", type: "gate" },
    { name: "after", type: "claude", prompt: [{ type: "static", content: "sort {{variables.word}}" }] },
  ],
}
