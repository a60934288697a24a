import { createActor } from "xstate"
import { makeIds } from "../ids.ts"
import { pipelineMachine } from "../machines/pipeline.ts"
import { replay } from "../machines/replay.ts"
import { type Delivery, type Rescue, stepMachine } from "../machines/step.ts"
import type { StepInput } from "../machines/stepContext.ts"
import type { Track } from "../ExecutionMode.ts"
import type { Outcome } from "../Outcome.ts"
import type { RunEvent, RunFact } from "../RunEvent.ts"
import type { StepTask } from "../StepTask.ts"
import { atOnce } from "./atOnce.ts"
import type { RunScript } from "./RunScript.ts"
import { scriptedRouteFacts } from "./scriptedRouteFacts.ts"
import { scriptedFacts, scriptedOutcome, type TimedFact, type TrackScript } from "./TrackScript.ts"

/**
 * The events of a run that goes as the script says: those of the real machines, whose work is made up and done at once.
 * With a history, what was recorded until the run was interrupted, it goes on from there.
 */
export const recordRun = (script: RunScript, history: ReadonlyArray<RunEvent> = []): ReadonlyArray<RunEvent> => {
  const { events, record, pass } = recorder(script, history)
  const { input, steps, cancelledAt } = script
  const scriptOf = ({ step }: StepTask) => {
    const found = steps[input.workflow.steps.findIndex(({ name }) => name === step.name)]
    if (found === undefined) throw new Error(`nothing is scripted for the step "${step.name}"`)
    return found
  }
  const resumed = history.length === 0 ? null : replay(input, history)
  let works = 0
  const work = <Input, Output>(perform: (given: Input) => Output | null) =>
    atOnce<Output, Input>((given) => (works++ === cancelledAt ? null : perform(given)))
  const runTrack = (track: Track, task: StepTask, scripted: TrackScript): Outcome => {
    pass(scriptedFacts(scripted, track, task))
    return scriptedOutcome(scripted, track, task)
  }
  const step = stepMachine.provide({
    actors: {
      gatherFacts: work((given: StepInput) => {
        pass([], scriptOf(given.task).gatheringMs)
        return given.recordedRoute?.facts ?? scriptedRouteFacts(given, scriptOf(given.task), input.killSwitch)
      }),
      runTraditional: work((task: StepTask) => runTrack("traditional", task, scriptOf(task).traditional)),
      runOptimized: work((task: StepTask) => runTrack("optimized", task, scriptOf(task).optimized)),
      compareTracks: work((task: StepTask) => {
        const { traditional, optimized } = scriptOf(task)
        pass([...scriptedFacts(traditional, "traditional", task), ...scriptedFacts(optimized, "optimized", task)])
        return {
          traditional: scriptedOutcome(traditional, "traditional", task),
          optimized: scriptedOutcome(optimized, "optimized", task),
        }
      }),
      rescueOptimized: work(({ task }: Rescue) => runTrack("optimized", task, scriptOf(task).rescue)),
      deliver: work<Delivery, Outcome>(({ answered }) => answered),
    },
    actions: { record: (_, facts) => record(facts) },
  })
  const actor = createActor(
    pipelineMachine.provide({ actors: { step }, actions: { record: (_, facts) => record(facts) } }),
    { input: resumed === null ? input : { ...input, replayed: resumed.context } },
  )
  actor.start()
  actor.send(
    resumed === null
      ? { type: "START" }
      : { type: "RESUME", attempt: resumed.attempts + 1, died: true, changed: [], skip: false },
  )
  if (actor.getSnapshot().status === "active") actor.send({ type: "CANCEL" })
  return events
}

/** Stamps facts by a clock of its own, which only moves when it is told to. */
const recorder = ({ input: { runId, startedAt, workflow }, node }: RunScript, history: ReadonlyArray<RunEvent>) => {
  const events: Array<RunEvent> = [...history]
  const last = events.at(-1)
  let nowMs = last === undefined ? Date.parse(startedAt) : Date.parse(last.at) + 1
  const newId = makeIds(`${node}${history.length === 0 ? "" : `-${history.length}`}`, () => nowMs)
  const record = (facts: ReadonlyArray<RunFact>): void => {
    for (const fact of facts) {
      const at = new Date(nowMs).toISOString()
      const place = { scope: "run", runId, seq: events.length, at, node, workflow: workflow.name } as const
      events.push({ v: 1, id: newId(), ...place, ...fact })
    }
  }
  /** Lets these facts and so much time pass. */
  const pass = (facts: ReadonlyArray<TimedFact>, forMs = 0): void => {
    const startedMs = nowMs
    for (const { afterMs, fact } of facts.toSorted((a, b) => a.afterMs - b.afterMs)) {
      nowMs = startedMs + afterMs
      record([fact])
    }
    nowMs = Math.max(nowMs, startedMs + forMs)
  }
  return { events, record, pass }
}
