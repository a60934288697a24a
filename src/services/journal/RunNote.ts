import * as Schema from "effect/Schema"
import { RunEvent } from "../../RunEvent.ts"
import { RunJob } from "../../RunJob.ts"
import { RunSettings } from "../../StepTask.ts"
import { RunningProcess } from "./RunningProcess.ts"

/** What is decided about a run that nobody goes on with by itself. */
const Decision = Schema.Struct({ retry: Schema.optionalKey(Schema.String), skip: Schema.optionalKey(Schema.String) })

/** One entry of the journal of a run that any worker may go on with. */
export const RunNote = Schema.Union([
  Schema.TaggedStruct("Submitted", { job: RunJob }),
  /** A worker has the run from here on; whoever had it before writes no more of it. */
  Schema.TaggedStruct("Claimed", { by: RunningProcess }),
  /** What the worker that began it put in. */
  Schema.TaggedStruct("Begun", {
    /** ISO 8601, UTC. */
    startedAt: Schema.String,
    killSwitch: Schema.Boolean,
    /** Without the files, which came with the run. */
    settings: RunSettings,
    models: Schema.Record(Schema.String, Schema.String),
  }),
  Schema.TaggedStruct("Recorded", { events: Schema.Array(RunEvent) }),
  /** Its worker has it no more: it closed (`why` is null), or cannot go on. `final`: nobody does without a person. */
  Schema.TaggedStruct("Left", { why: Schema.NullOr(Schema.String), final: Schema.Boolean }),
  /** A person lets it go on. */
  Schema.TaggedStruct("Released", { decision: Decision }),
])
export type RunNote = typeof RunNote.Type

type Note<Tag extends RunNote["_tag"]> = Extract<RunNote, { readonly _tag: Tag }>

/** A run as its notes tell it. */
export interface SharedRun {
  readonly job: RunJob
  /** Null until a worker has begun it. */
  readonly begun: Note<"Begun"> | null
  /** In order and without gaps. */
  readonly events: ReadonlyArray<RunEvent>
  /** Who is, or was, at it; null for one that nobody was at since it was submitted or left. */
  readonly holder: RunningProcess | null
  /** Why nobody goes on with it without a person; null where somebody does. */
  readonly stopped: string | null
  /** How many workers in a row could not go on with it. */
  readonly refusals: number
  /** How often a worker died that had claimed it, since something was recorded. */
  readonly deaths: number
  /** What a person said when it was stopped the last time. */
  readonly decision: Note<"Released">["decision"]
}

/** What the notes say together; null where they do not begin with what was submitted. */
export const sharedRunOf = ([first, ...notes]: ReadonlyArray<RunNote>): SharedRun | null =>
  first?._tag === "Submitted" ? notes.reduce(addNote, submitted(first.job)) : null

const submitted = (job: RunJob): SharedRun => ({
  job,
  begun: null,
  events: [],
  holder: null,
  stopped: null,
  refusals: 0,
  deaths: 0,
  decision: {},
})

const addNote = (run: SharedRun, note: RunNote): SharedRun => {
  switch (note._tag) {
    case "Submitted":
      return run
    case "Claimed":
      return { ...run, holder: note.by, stopped: null, deaths: run.deaths + (run.holder === null ? 0 : 1) }
    case "Begun":
      return { ...run, begun: note, refusals: 0, deaths: 0 }
    case "Recorded":
      return { ...run, events: [...run.events, ...note.events], refusals: 0, deaths: 0, decision: {} }
    case "Left": {
      const { why, final } = note
      const refusals = why === null || final ? 0 : run.refusals + 1
      return { ...run, holder: null, stopped: final ? why : null, refusals }
    }
    case "Released":
      return { ...run, holder: null, stopped: null, decision: note.decision }
  }
}
