import { describe, expect, it } from "vitest"
import { type SnapshotFrom, waitFor } from "xstate"
import { getSimplePaths } from "xstate/graph"
import { stepGraph } from "../../src/machines/diagram.ts"
import { stepMachine } from "../../src/machines/step.ts"
import { type InvocationId, liveStep, reports, type Script, stepInput } from "./stepScript.ts"

const ids = Object.keys(reports) as ReadonlyArray<InvocationId>

const events = [
  ...ids.flatMap((id) => reports[id].map((output) => ({ type: `xstate.done.actor.${id}`, output, actorId: id }))),
  ...ids.map((id) => ({ type: `xstate.error.actor.${id}`, error: new Error(`${id} broke`), actorId: id })),
  { type: "CANCEL" },
]

type StepSnapshot = SnapshotFrom<typeof stepMachine>

/** Every way through the machine, found on the machine itself, without executing anything. */
const paths = getSimplePaths(stepMachine, {
  input: stepInput(),
  events: events as never,
  filterEvents: (state, event) => state.status === "active" && state.can(event),
  serializeState: (state) => `${JSON.stringify(state.value)} ${state.context.route?.to} ${state.context.fallbackCause}`,
}).filter(({ state }) => state.status === "done")

const scriptOf = (path: (typeof paths)[number]): Script =>
  Object.fromEntries(
    path.steps.flatMap(({ event }) => {
      const seen = event as unknown as { type: string; actorId?: string; output?: unknown; error?: Error }
      if (seen.actorId === undefined) return []
      return [[seen.actorId, seen.error === undefined ? { value: seen.output } : { error: seen.error }]]
    }),
  )

const walk = (path: (typeof paths)[number]) => path.steps.map(({ state }) => JSON.stringify(state.value)).join(" → ")

describe("every path of the step machine", () => {
  it("visits every state and every edge of the graph", () => {
    const edges = new Set(
      paths.flatMap(({ steps }) =>
        steps.slice(1).map(({ state }, at) => `${topLevel(steps[at]!.state)} ${topLevel(state)}`),
      ),
    )

    for (const { from, to } of stepGraph().edges) {
      if (from !== "starting" && from !== to) expect(edges).toContain(`${from} ${to}`)
    }
  })

  it.each(paths.map((path) => [walk(path), path] as const))("ends a live actor the same way: %s", async (_, path) => {
    const { actor, recorded, ended } = liveStep(stepInput(), scriptOf(path))
    const cancelled = path.steps.at(-1)?.event.type === "CANCEL"

    actor.start()
    if (cancelled) {
      await waitFor(actor, ({ value }) => JSON.stringify(value) === JSON.stringify(path.steps.at(-2)?.state.value))
      actor.send({ type: "CANCEL" })
    }
    const result = await ended

    expect(actor.getSnapshot().value).toEqual(path.state.value)
    expect(["done", "failed", "cancelled"]).toContain(path.state.value)
    expect(result?.ending._tag).toBe(
      { done: "Completed", failed: "Failed", cancelled: "Cancelled" }[String(path.state.value)],
    )
    expect(recorded.filter(({ _tag }) => _tag === "StepStarted")).toHaveLength(1)
    expect(recorded.filter(isEnding)).toHaveLength(cancelled ? 0 : 1)
    if (!cancelled) expect(recorded.findIndex(isEnding)).toBe(recorded.length - 1)
  })
})

const isEnding = ({ _tag }: { readonly _tag: string }) => ["StepCompleted", "StepFailed", "StepSkipped"].includes(_tag)

const topLevel = ({ value }: StepSnapshot): string =>
  typeof value === "string" ? value : (Object.keys(value)[0] ?? "")
