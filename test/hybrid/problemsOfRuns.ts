import { isDeepStrictEqual } from "node:util"
import { routeStep } from "../../src/machines/router.ts"
import { isTerminal, type RunEvent } from "../../src/RunEvent.ts"
import { addUsage, noUsage, type Usage } from "../../src/Usage.ts"
import { type End, expectedCause, expectedEnds } from "./expectedEnds.ts"
import type { Route } from "../../src/Route.ts"
import type { SystemEvent } from "../../src/SystemEvent.ts"
import { type Played, type PlayedRun, programsOf } from "./playScenario.ts"
import type { Scenario } from "./scenarios.ts"

/** What is wrong with the events and the reports of the runs of a scenario; empty where nothing is. */
export const problemsOfRuns = ({ runs, systemEvents }: Played, scenario: Scenario): ReadonlyArray<string> =>
  runs.flatMap((run) => [
    ...problemsOfOrder(run),
    ...problemsOfMoney(run),
    ...problemsOfRoutes(run),
    ...problemsOfEvidence(run),
    ...problemsOfSteps(run, systemEvents, scenario),
  ])

const problemsOfOrder = ({ events }: PlayedRun): ReadonlyArray<string> => {
  const terminal = events.filter(isTerminal)
  const ids = events.map(({ id }) => id)
  return [
    ...when(terminal.length !== 1 || terminal[0] !== events.at(-1), "there is not one terminal event, at the end"),
    ...when(
      events.some(({ seq }, index) => seq !== index),
      "the numbers of the events have gaps",
    ),
    ...when(!isDeepStrictEqual(ids, ids.toSorted()) || new Set(ids).size < ids.length, "ids are not in order"),
    ...when(events[0]?._tag !== "RunStarted", "it does not begin with RunStarted"),
  ]
}

/** Every call is paid for once, by its step and by the run; a price that is not known makes its sums unknown. */
const problemsOfMoney = ({ events, report, calls }: PlayedRun): ReadonlyArray<string> => {
  const ends = events.filter((event) => event._tag === "StepCompleted" || event._tag === "StepFailed")
  const steps = ends.flatMap(({ path, usage }) => {
    const paid = usageOfCalls(events.filter((event) => event._tag === "ModelCalled" && event.path === path))
    return when(
      !isDeepStrictEqual(paid, usage),
      `step ${path} says ${JSON.stringify(usage)}, its calls say ${JSON.stringify(paid)}`,
    )
  })
  const ended = events.at(-1)
  if (ended === undefined || !("usage" in ended)) return ["it has no usage"]
  const { usage, latencyMs } = ended
  const { totals } = report
  const sum = ends.reduce((total, end) => addUsage(total, end.usage), noUsage)
  const whole = ended._tag === "RunCancelled" ? { ...usage, costUsd: null } : sum
  return [
    ...steps,
    ...when(events.filter(({ _tag }) => _tag === "ModelCalled").length !== calls, "calls were made and not recorded"),
    ...when(ended._tag !== "RunCancelled" && !isDeepStrictEqual(whole, usage), "the run costs not what its steps cost"),
    ...when(ended._tag === "RunCancelled" && usage.costUsd !== null, "a call was open, and yet its price is known"),
    ...when(
      !isDeepStrictEqual(totals, { latencyMs, costUsd: usage.costUsd, tokens: usage.tokens }),
      "the report says something else than the last event",
    ),
  ]
}

const usageOfCalls = (events: ReadonlyArray<RunEvent>): Usage =>
  events.reduce((sum, event) => (event._tag === "ModelCalled" ? addUsage(sum, event.usage) : sum), noUsage)

const problemsOfRoutes = ({ events }: PlayedRun): ReadonlyArray<string> =>
  events.flatMap((event) =>
    event._tag === "StepRouted"
      ? when(
          !isDeepStrictEqual(routeStep(event.route.facts), event.route),
          `the route of ${event.path} does not follow from its facts`,
        )
      : [],
  )

/** What says nothing about a track is no evidence, and the rest says what was drawn for it. */
const problemsOfEvidence = ({ events }: PlayedRun): ReadonlyArray<string> => {
  const routes = new Map(
    events.flatMap((event) => (event._tag === "StepRouted" ? [[event.path, event.route] as const] : [])),
  )
  return events.flatMap((event) => {
    if ((event._tag !== "StepCompleted" && event._tag !== "StepFailed") || event.observation === undefined) return []
    const { traditional, optimized, assigned, share, unit } = event.observation
    const route = routes.get(event.path)
    return [
      ...when(
        [traditional, optimized].some((arm) => (arm?.invalid === true) !== isForeign(arm?.failure?.reason)),
        `${event.path} takes the wrong failures for evidence`,
      ),
      ...when(
        assigned !== route?.assigned || share !== route.share || unit !== route.facts.unit,
        `${event.path} is charged otherwise than it was drawn`,
      ),
    ]
  })
}

const isForeign = (reason: string | undefined): boolean =>
  reason !== undefined && ["authentication", "configuration", "budget_exceeded"].includes(reason)

const problemsOfSteps = (
  { events, script, options }: PlayedRun,
  systemEvents: ReadonlyArray<SystemEvent>,
  scenario: Scenario,
): ReadonlyArray<string> => {
  const { workflow } = scenario
  const fallbackEnabled = options.fallbackEnabled ?? workflow.hybrid_config?.fallback_enabled ?? true
  return workflow.steps.flatMap((step) => {
    const own = events.filter((event) => "path" in event && event.path === step.name)
    const started = own.filter(({ _tag }) => _tag === "StepStarted").length
    const ended = own.filter(({ _tag }) => ["StepCompleted", "StepFailed", "StepSkipped"].includes(_tag)).length
    const routed = own.find((event) => event._tag === "StepRouted")
    const stepScript = script[step.name]
    if (routed === undefined || stepScript === undefined) {
      return when(
        started + (ended - own.filter(({ _tag }) => _tag === "StepSkipped").length) > 0,
        `${step.name} is lost`,
      )
    }
    const happened = (tag: SystemEvent["_tag"]) =>
      systemEvents.some((event) => event._tag === tag && "step" in event && event.step === step.name)
    const rolledBack = happened("ProgramRolledBack")
    // Of runs at once, one may be routed to a program that another has rolled back or found out of order since.
    if (scenario.atOnce > 1 && (rolledBack || happened("BreakerOpened"))) return []
    const { route } = routed
    const serving = servingOf(step.name, route, rolledBack, scenario)
    const decisive = { step, script: stepScript, route, fallbackEnabled, ...serving }
    const expected = expectedEnds(decisive)
    const end = endOf(own)
    const fellBack = own.filter((event) => event._tag === "StepFellBack")
    return [
      ...when(started !== 1 || ended !== (end._tag === "Cancelled" ? 0 : 1), `${step.name} does not end once`),
      ...when(
        !expected.some((each) => isDeepStrictEqual(each, end)),
        `${step.name} (${routed.route.to}, ${JSON.stringify(step.dspy_config)}) ends with ${JSON.stringify(end)}, not with ${JSON.stringify(expected)}`,
      ),
      ...when(
        end._tag !== "Cancelled" && fellBack.length !== (end.fellBack ? 1 : 0),
        `${step.name} falls back ${fellBack.length} times`,
      ),
      ...when(
        fellBack.some(({ cause }) => cause.reason !== expectedCause(decisive)),
        `${step.name} falls back for another reason than ${expectedCause(decisive)}`,
      ),
      ...when(
        fellBack.some(({ strategy }) => strategy !== step.dspy_config?.fallback_strategy),
        `${step.name} falls back by another strategy`,
      ),
    ]
  })
}

/** Which program a step had when it was routed, and what was left beside it. */
const servingOf = (step: string, { facts }: Route, rolledBack: boolean, { workflow, programs }: Scenario) => {
  const given = programs.find((program) => program.step === step)
  const inUse = facts.programId === programsOf(workflow.name, { step, gain: null }).previous.id ? "previous" : "program"
  if (given?.hasPrevious !== true || inUse === "previous") return { inUse, hasPrevious: false } as const
  return { inUse, hasPrevious: rolledBack && facts.programId === null ? null : true } as const
}

const endOf = (events: ReadonlyArray<RunEvent>): End => {
  const fellBack = events.some(({ _tag }) => _tag === "StepFellBack")
  for (const event of events) {
    if (event._tag === "StepCompleted") return { _tag: "Completed", executed: event.executed, fellBack: event.fellBack }
    if (event._tag === "StepFailed") return { _tag: "Failed", reason: event.reason, fellBack }
  }
  return { _tag: "Cancelled" }
}

const when = (is: boolean, problem: string): ReadonlyArray<string> => (is ? [problem] : [])
