import type { Arm } from "../../src/Arm.ts"
import type { Observation } from "../../src/Observation.ts"
import { defaultRoutingPolicy } from "../../src/RoutingPolicy.ts"
import type { RunEvent } from "../../src/RunEvent.ts"
import { addUsage, noUsage, type Usage } from "../../src/Usage.ts"

/** Where and when an event happened. */
export interface Place {
  readonly workflow?: string
  readonly step?: string
  readonly at?: string
}

type Of<Tag extends RunEvent["_tag"]> = Extract<RunEvent, { readonly _tag: Tag }>

const envelope = ({ workflow = "support", step = "triage", at = "2026-03-01T10:00:00.000Z" }: Place) =>
  ({ v: 1, id: "0", scope: "run", runId: "r", seq: 0, node: "n", at, workflow, step, path: step }) as const

export const usage = (costUsd: number | null, tokens = 0): Usage => ({ tokens: { input: tokens, output: 0 }, costUsd })

/** An answer of no quality, cost and time, unless it says so. */
export const answer = (arm: Partial<Arm> = {}): Arm => ({ answered: true, latencyMs: 0, usage: usage(0), ...arm })

export const failure = (arm: Partial<Arm> = {}): Arm => ({
  answered: false,
  latencyMs: 5,
  usage: usage(0),
  failure: { reason: "optimization_failed", message: "unreadable" },
  ...arm,
})

/** The optimized track of a step that has no program. */
export const unreached: Arm = failure({ latencyMs: 0, failure: { reason: "dspy_unavailable", message: "no program" } })

export interface ArmsAt extends Place {
  readonly traditional?: Arm
  readonly optimized?: Arm
}

const observation = ({ traditional, optimized }: ArmsAt): Observation => ({
  subject: null,
  policy: defaultRoutingPolicy,
  unit: null,
  assigned: traditional !== undefined && optimized !== undefined ? "both" : "traditional",
  share: null,
  ...(traditional === undefined ? {} : { traditional }),
  ...(optimized === undefined ? {} : { optimized }),
})

const spent = ({ traditional, optimized }: ArmsAt) => ({
  usage: addUsage(traditional?.usage ?? noUsage, optimized?.usage ?? noUsage),
  latencyMs: 0,
})

/** The end of a step that was answered by one of these arms. */
export const completed = (arms: ArmsAt): Of<"StepCompleted"> => ({
  ...envelope(arms),
  _tag: "StepCompleted",
  assigned: "traditional",
  executed: arms.traditional?.answered === true ? "traditional" : "optimized",
  fellBack: false,
  observation: observation(arms),
  ...spent(arms),
})

/** The end of a step that none of these arms answered. */
export const failed = (arms: ArmsAt): Of<"StepFailed"> => ({
  ...envelope(arms),
  _tag: "StepFailed",
  reason: "model_failed",
  message: "overloaded",
  observation: observation(arms),
  ...spent(arms),
})

export const compared = (
  arms: Place & Required<Pick<ArmsAt, "traditional" | "optimized">> & Pick<Of<"TracksCompared">, "winner">,
): Of<"TracksCompared"> => ({
  ...envelope(arms),
  _tag: "TracksCompared",
  because: "better",
  traditional: arms.traditional,
  optimized: arms.optimized,
  winner: arms.winner,
})

export const fellBack = (
  place: Place & {
    readonly reason: Of<"StepFellBack">["cause"]["reason"]
    readonly strategy: Of<"StepFellBack">["strategy"]
  },
): Of<"StepFellBack"> => ({
  ...envelope(place),
  _tag: "StepFellBack",
  cause: { reason: place.reason, message: "" },
  strategy: place.strategy,
})

export const stepStarted = (place: Place = {}): Of<"StepStarted"> => ({
  ...envelope(place),
  _tag: "StepStarted",
  type: "claude",
})

/** ISO time, this many minutes after 10:00. */
export const minute = (minutes: number): string => new Date(Date.UTC(2026, 2, 1, 10) + minutes * 60_000).toISOString()
