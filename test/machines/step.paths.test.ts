import { describe, expect, it } from "vitest"
import { type SnapshotFrom, waitFor } from "xstate"
import { getSimplePaths } from "xstate/graph"
import { stepGraph } from "../../src/machines/diagram.ts"
import type { FallbackPolicy } from "../../src/machines/fallback.ts"
import { stepMachine } from "../../src/machines/step.ts"
import type { Observation } from "../../src/Observation.ts"
import type { Outcome } from "../../src/Outcome.ts"
import type { RunFact } from "../../src/RunEvent.ts"
import { addUsage, noUsage } from "../../src/Usage.ts"
import { type InvocationId, liveStep, reports, type Script, stepInput } from "./stepScript.ts"

const ids = Object.keys(reports) as ReadonlyArray<InvocationId>

const events = [
  ...ids.flatMap((id) => reports[id].map((output) => ({ type: `xstate.done.actor.${id}`, output, actorId: id }))),
  ...ids.map((id) => ({ type: `xstate.error.actor.${id}`, error: new Error(`${id} broke`), actorId: id })),
  { type: "CANCEL" },
]

/** Policies that take different ways through the graph. */
const policies: ReadonlyArray<Partial<FallbackPolicy>> = [
  { strategy: "traditional" },
  { strategy: "cached_best_effort" },
  { strategy: "error" },
]

const inputWith = (policy: Partial<FallbackPolicy>) => stepInput({ fallback: { ...stepInput().fallback, ...policy } })

/** Every way through the machine, found on the machine itself, without executing anything. */
const pathsWith = (policy: Partial<FallbackPolicy>) =>
  getSimplePaths(stepMachine, {
    input: inputWith(policy),
    events: events as never,
    filterEvents: (state, event) => state.status === "active" && state.can(event),
    serializeState: ({ value, context }) =>
      `${JSON.stringify(value)} ${context.route?.to} ${context.fallbackCause} ${context.failure}`,
  }).filter(({ state }) => state.status === "done")

const paths = policies.flatMap((policy) => pathsWith(policy).map((path) => ({ policy, path })))
type Path = (typeof paths)[number]["path"]

/** What was reported on the way, by invocation. */
const scriptOf = (path: Path): Script =>
  Object.fromEntries(
    path.steps.flatMap(({ event }) => {
      const seen = event as unknown as { type: string; actorId?: string; output?: unknown; error?: Error }
      if (seen.actorId === undefined) return []
      return [[seen.actorId, seen.error === undefined ? { value: seen.output } : { error: seen.error }]]
    }),
  )

const walk = ({ steps }: Path) => steps.map(({ state }) => JSON.stringify(state.value)).join(" → ")

const follow = async (path: Path, policy: Partial<FallbackPolicy>) => {
  const script = scriptOf(path)
  const { actor, recorded, ended } = liveStep(inputWith(policy), script)
  const cancelled = path.steps.at(-1)?.event.type === "CANCEL"
  actor.start()
  if (cancelled) {
    await waitFor(actor, ({ value }) => JSON.stringify(value) === JSON.stringify(path.steps.at(-2)?.state.value))
    actor.send({ type: "CANCEL" })
  }
  const result = await ended
  return { script, cancelled, result, recorded, state: actor.getSnapshot().value, end: recorded.at(-1)! }
}

describe("every path of the step machine", () => {
  it("visits every state and every edge of the graph", () => {
    const edges = new Set(
      paths.flatMap(({ path: { steps } }) =>
        steps.slice(1).map(({ state }, at) => `${topLevel(steps[at]!.state)} ${topLevel(state)}`),
      ),
    )

    for (const { from, to } of stepGraph().edges) {
      if (from !== "starting" && from !== to) expect(edges).toContain(`${from} ${to}`)
    }
  })

  it("visits every state inside states in which work is done", () => {
    const values = new Set(
      paths.flatMap(({ path: { steps } }) => steps.map(({ state }) => JSON.stringify(state.value))),
    )

    for (const inner of ["answering", "delivering"]) expect(values).toContain(JSON.stringify({ comparing: inner }))
    for (const inner of ["rescuing", "traditional"]) expect(values).toContain(JSON.stringify({ fallback: inner }))
  })

  it.each(paths.map(({ path, policy }) => [`${policy.strategy}: ${walk(path)}`, path, policy] as const))(
    "ends a live actor the same way, with a full account: %s",
    async (_, path, policy) => {
      const { script, cancelled, result, recorded, state, end } = await follow(path, policy)

      expect(state).toEqual(path.state.value)
      expect(["done", "failed", "cancelled"]).toContain(state)
      expect(result?.ending._tag).toBe({ done: "Completed", failed: "Failed", cancelled: "Cancelled" }[String(state)])
      expect(recorded.filter(({ _tag }) => _tag === "StepStarted")).toHaveLength(1)
      expect(recorded.filter(({ _tag }) => _tag === "StepRouted")).toHaveLength(isRouted(script) ? 1 : 0)
      expect(recorded.filter(isEnding)).toHaveLength(cancelled ? 0 : 1)
      if (isEnding(end)) {
        expect(end.observation === undefined).toBe(!isRouted(script))
        if (end.observation !== undefined) expectAccount(end.observation, script, path)
        expect(end.usage).toEqual(result?.usage)
      }
    },
  )
})

/** Each arm is there exactly if its track did something, or was to; it is what the track did first, and pays for all. */
const expectAccount = (observation: Observation, script: Script, path: Path) => {
  const { route } = path.state.context
  const ran = {
    traditional: outcomesOf(script, "traditional", ["traditional", "fallback"]),
    optimized: outcomesOf(script, "optimized", ["optimized", "rescue"]),
  }
  const unreached = route?.to === "fallback"

  expect(observation).toMatchObject({ subject: route?.facts.subject, assigned: route?.assigned, share: route?.share })
  expect(Object.hasOwn(observation, "traditional")).toBe(ran.traditional.length > 0)
  expect(Object.hasOwn(observation, "optimized")).toBe(ran.optimized.length > 0 || unreached)
  for (const track of ["traditional", "optimized"] as const) {
    const [first] = ran[track]
    const arm = observation[track]
    if (arm === undefined) continue
    expect(arm.usage).toEqual(ran[track].reduce((sum, { usage }) => addUsage(sum, usage), noUsage))
    if (track === "optimized" && unreached)
      expect(arm).toMatchObject({ answered: false, failure: { reason: "dspy_unavailable" } })
    else expect(arm.answered).toBe(first?._tag === "Answered")
  }
}

const outcomesOf = (script: Script, track: "traditional" | "optimized", alone: ReadonlyArray<InvocationId>) =>
  [...alone, "tracks" as const].flatMap((id): ReadonlyArray<Outcome> => {
    const act = script[id]
    if (act === undefined || "error" in act) return []
    return id === "tracks" ? [(act.value as Record<typeof track, Outcome>)[track]] : [act.value as Outcome]
  })

const isRouted = ({ facts }: Script) => facts !== undefined && "value" in facts

const isEnding = (fact: RunFact) => fact._tag === "StepCompleted" || fact._tag === "StepFailed"

const topLevel = ({ value }: SnapshotFrom<typeof stepMachine>): string =>
  typeof value === "string" ? value : (Object.keys(value)[0] ?? "")
