import { describe, expect, test } from "vitest"
import type { Route } from "../../src/Route.ts"
import type { EventEnvelope, RunEvent, RunFact } from "../../src/RunEvent.ts"
import { fitLine, width } from "../../src/cli/fitLine.ts"
import { LiveView } from "../../src/cli/LiveView.ts"
import { paintColors, paintFor, paintNothing, type Paint } from "../../src/cli/paint.ts"
import { hybridFacts } from "../../src/testing/hybridFacts.ts"
import { TerminalScreen } from "./TerminalScreen.ts"

const usage = (costUsd: number | null) => ({ tokens: { input: 10, output: 2 }, costUsd })

const started = (...names: ReadonlyArray<string>): RunFact => ({
  _tag: "RunStarted",
  mode: "hybrid",
  modeSource: "run",
  seed: 1,
  steps: names.map((name) => ({ name, type: "claude" })),
})

const stepStarted = (step: string): RunFact => ({ _tag: "StepStarted", step, path: step, type: "claude" })

const routed = (step: string, change: Partial<Route> = {}): RunFact => ({
  _tag: "StepRouted",
  step,
  path: step,
  seed: 1,
  route: {
    to: "traditional",
    reason: "no_program",
    because: "there is no program",
    assigned: "traditional",
    propensity: 1,
    share: null,
    facts: { ...hybridFacts, modeSource: "run", programId: null, subject: null, optimizedAvailable: false, draw: 0 },
    ...change,
  },
})

const completed = (step: string, costUsd: number | null = 0.00012): RunFact => ({
  _tag: "StepCompleted",
  step,
  path: step,
  assigned: "traditional",
  executed: "traditional",
  fellBack: false,
  latencyMs: 1234,
  usage: usage(costUsd),
  observation: {
    subject: null,
    policy: hybridFacts.policy,
    unit: null,
    assigned: "traditional",
    share: null,
    traditional: { answered: true, latencyMs: 1234, usage: usage(costUsd) },
  },
})

/** A live view on a terminal of this size, and what stands on it. */
const givenView = ({
  columns = 80,
  rows = 24,
  paint = paintNothing,
}: {
  columns?: number
  rows?: number
  paint?: Paint
} = {}) => {
  const screen = new TerminalScreen(columns)
  const view = new LiveView({ write: (text) => screen.write(text), columns: () => columns, rows: () => rows, paint })
  let seq = 0
  const envelope = (): EventEnvelope => ({
    v: 1,
    id: `event-${seq}`,
    scope: "run",
    runId: "run-1",
    seq: seq++,
    at: "2026-01-01T00:00:00.000Z",
    node: "n",
    workflow: "triage",
  })
  const add = (nowMs: number, ...facts: ReadonlyArray<RunFact>) => {
    for (const fact of facts) view.add({ ...envelope(), ...fact } as RunEvent, nowMs)
  }
  return { view, screen, add }
}

describe("the live view", () => {
  test("shows every step with its state, and redraws them in place", () => {
    const { screen, add } = givenView()

    add(0, started("classify", "draft"))
    expect(screen.lines).toEqual(["· classify", "· draft"])

    add(1000, stepStarted("classify"), routed("classify"))
    expect(screen.lines).toEqual(["▸ classify  traditional      0 ms", "· draft"])

    add(2234, completed("classify"), stepStarted("draft"))
    expect(screen.lines).toEqual([
      "✓ classify  traditional     1.2 s  $0.00012  (no_program)",
      "▸ draft     routing          0 ms",
    ])
  })

  test("lets running times pass between events", () => {
    const { view, screen, add } = givenView()
    add(1000, started("classify"), stepStarted("classify"), routed("classify"))

    view.draw(3500)

    expect(screen.lines).toEqual(["▸ classify  traditional     2.5 s"])
  })

  test("says unknown where the price is", () => {
    const { screen, add } = givenView()

    add(0, started("classify"), stepStarted("classify"), routed("classify"), completed("classify", null))

    expect(screen.lines).toEqual(["✓ classify  traditional     1.2 s   unknown  (no_program)"])
  })

  test("says that a step ran both tracks, which cost twice", () => {
    const { screen, add } = givenView()
    const comparing = { to: "comparing", reason: "ab_test", assigned: "both", propensity: 1, share: 0.5 } as const

    add(0, started("classify"), stepStarted("classify"), routed("classify", comparing), completed("classify"))

    expect(screen.lines).toEqual(["✓ classify  traditional     1.2 s  $0.00012  (ab_test, both tracks)"])
  })

  test("marks what was skipped, failed or cancelled", () => {
    const { screen, add } = givenView()
    const failed: RunFact = {
      _tag: "StepFailed",
      step: "two",
      path: "two",
      reason: "timeout",
      message: "no",
      latencyMs: 50,
      usage: usage(0),
    }

    add(
      0,
      started("one", "two", "three"),
      { _tag: "StepSkipped", step: "one", path: "one", because: "false" },
      stepStarted("two"),
      failed,
      stepStarted("three"),
    )
    add(70, { _tag: "RunCancelled", step: "three", latencyMs: 120, usage: usage(0) })

    expect(screen.lines).toEqual([
      "– one    skipped",
      "✗ two    failed          50 ms",
      "■ three  cancelled       70 ms",
    ])
  })

  test.each([20, 10, 3])("never wraps on a terminal of %i columns", (columns) => {
    const { screen, add } = givenView({ columns, paint: paintColors })

    add(
      0,
      started("classify-the-message", "draft"),
      stepStarted("classify-the-message"),
      routed("classify-the-message"),
    )
    add(9, completed("classify-the-message"), stepStarted("draft"))

    expect(screen.wrapped).toBe(false)
    expect(screen.lines).toHaveLength(2)
  })

  test("keeps the step under way in sight where there are more steps than rows, and shows all at the end", () => {
    const names = Array.from({ length: 30 }, (_, index) => `step${index}`)
    const { view, screen, add } = givenView({ rows: 6 })

    add(0, started(...names))
    for (const name of names.slice(0, 20)) add(1, stepStarted(name), routed(name), completed(name))
    add(2, stepStarted("step20"))

    expect(screen.lines).toHaveLength(5)
    expect(screen.lines.some((line) => line.startsWith("▸ step20"))).toBe(true)

    view.end(3)

    expect(screen.lines).toHaveLength(30)
  })

  test("puts a note above the steps", () => {
    const { view, screen, add } = givenView()
    add(0, started("classify"), stepStarted("classify"))

    view.note("cancelling", 5)
    view.draw(10)

    expect(screen.lines).toEqual(["cancelling", "▸ classify  routing         10 ms"])
  })

  test("colours unless NO_COLOR asks not to", () => {
    const terminal = { isTerminal: true, environment: {} }

    expect(paintFor(terminal)("green", "✓")).toBe("\u001B[32m✓\u001B[0m")
    expect(paintFor({ ...terminal, environment: { NO_COLOR: "1" } })("green", "✓")).toBe("✓")
    expect(paintFor({ ...terminal, isTerminal: false })("green", "✓")).toBe("✓")
  })
})

describe("a line that is fitted", () => {
  test("keeps its colours and counts wide letters as two", () => {
    expect(fitLine("\u001B[31m日本語\u001B[0m end", 5)).toBe("\u001B[31m日本…\u001B[0m")
    expect(width("日本")).toBe(4)
  })

  test("stays as it is where there is room", () => {
    expect(fitLine("abc", 3)).toBe("abc")
  })
})
