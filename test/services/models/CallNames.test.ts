import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { CallNames } from "../../../src/services/models/CallNames.ts"
import type { ModelRequest } from "../../../src/services/models/Models.ts"

const request = (
  content: string,
  track: "traditional" | "optimized" = "traditional",
  path = "draft",
): ModelRequest => ({
  model: "offline/in-context",
  messages: [{ role: "user", content }],
  origin: { runId: "run-1", step: path, path, track },
})

/** The names that one process gives to the calls of a run. */
const namesIn = (...requests: ReadonlyArray<ModelRequest>) =>
  Effect.runSync(
    CallNames.use((names) =>
      Effect.sync(() => {
        names.begin("run-1")
        return requests.map((each) => names.next(each))
      }),
    ).pipe(Effect.provide(CallNames.layer)),
  )

test("calls of a run that is resumed have the names that they had, in whatever order they are made", () => {
  const [a, b, again] = namesIn(request("a"), request("b"), request("a"))

  expect(namesIn(request("b"), request("a"), request("a"))).toEqual([b, a, again])
})

test("calls that differ in what is asked, in step, track or number have different names", () => {
  const names = namesIn(
    request("a"),
    request("a"),
    request("b"),
    request("a", "optimized"),
    request("a", "traditional", "review"),
    { ...request("a"), temperature: 1 },
    { ...request("a"), idempotencyKey: "rollout 1" },
  )

  expect(new Set(names).size).toBe(names.length)
  expect(names.every((name) => /^[0-9a-f]{32}$/.test(name ?? ""))).toBe(true)
})

test("calls of no run have none", () => {
  const { origin } = request("a")

  expect(namesIn({ ...request("a"), origin: { ...origin, runId: "evaluation-1" } })).toEqual([undefined])
})
