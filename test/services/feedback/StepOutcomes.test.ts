import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { defaultRoutingPolicy } from "../../../src/RoutingPolicy.ts"
import type { StepOutcome } from "../../../src/services/feedback/StepOutcome.ts"
import { StepOutcomes } from "../../../src/services/feedback/StepOutcomes.ts"
import { Store } from "../../../src/services/store/Store.ts"

const outcomeOf = (runId: string): StepOutcome => ({
  runId,
  workflow: "triage",
  step: "sort",
  path: "sort",
  at: "2026-03-04T05:06:07.000Z",
  observation: { subject: null, policy: defaultRoutingPolicy, unit: null, assigned: "traditional", share: null },
  rounding: 0.5,
  freshUnit: true,
  epoch: null,
})

it.effect("of 20,000 outcomes and more the oldest leave in time, with what was said of them", () =>
  Effect.gen(function* () {
    const outcomes = yield* StepOutcomes
    const store = yield* Store
    const runs = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => `run-${String(from + index).padStart(6, "0")}`)
    const give = (runId: string) => outcomes.give({ runId, step: "sort" }, { id: "mine", score: 1, at: "now" })
    yield* outcomes.keep(outcomeOf("run-000000"))
    yield* give("run-000000")
    yield* store.write((entries) => {
      const value = entries.get("step_outcomes", "run-000000/sort") ?? ""
      for (const run of runs(1, 19_999)) entries.put("step_outcomes", `${run}/sort`, value)
    })

    for (const run of runs(20_000, 499)) yield* outcomes.keep(outcomeOf(run))

    const [oldest, newest] = [yield* give("run-000000"), yield* give("run-020498")]
    expect(oldest).toBeNull()
    expect(newest).toMatchObject({ decides: true })
    expect(yield* store.read((entries) => entries.keys("step_outcomes").length)).toBe(20_000)
    expect(yield* store.read((entries) => entries.keys("step_feedback"))).toEqual(["run-020498/sort/mine"])
  }).pipe(Effect.provide(StepOutcomes.layer.pipe(Layer.provideMerge(Store.layerMemory)))),
)
