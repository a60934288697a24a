import { assign, fromPromise, setup } from "xstate"
import type { Answered, Outcome } from "../Outcome.ts"
import type { RouteFacts, RouteTarget } from "../Route.ts"
import type { RunFact } from "../RunEvent.ts"
import type { StepTask } from "../StepTask.ts"
import type { Comparison } from "./chooseOutcome.ts"
import { type FallbackPolicy, fallsBack, isFallbackOpen, rescues, withoutOptimization } from "./fallback.ts"
import type { StepResult } from "./StepResult.ts"
import * as changes from "./stepContext.ts"
import type { StepContext, StepInput } from "./stepContext.ts"
import { compared, ended, fellBack, routed, started } from "./stepFacts.ts"

/** Stops the calls of a step; it ends in `cancelled`. */
export interface CancelStep {
  readonly type: "CANCEL"
}

/** What a fallback strategy's own try is started with. */
export interface Rescue {
  readonly task: StepTask
  readonly policy: FallbackPolicy
}

/** What is delivered where tracks were compared; there is always an answer once one was chosen. */
export interface Delivery {
  readonly task: StepTask
  readonly answered: Answered | null
}

const types: { context?: StepContext; input?: StepInput; output?: StepResult; events?: CancelStep } = {}

const provided = <Output, Input>() =>
  fromPromise<Output, Input>(() => Promise.reject(new Error("this actor is provided by the runtime")))

/** What an actor reports, as guards and actions take it. */
const outcomeOf = ({ event }: { readonly event: { readonly output: Outcome } }) => event.output
const isAnswered = { type: "isAnswered", params: outcomeOf } as const
const isAbsorbed = { type: "isAbsorbed", params: outcomeOf } as const
const keepOutcome = { type: "keepOutcome", params: outcomeOf } as const
const keepDelivery = { type: "keepDelivery", params: outcomeOf } as const
const keepDefect = {
  type: "keepDefect",
  params: ({ event }: { readonly event: { readonly error: unknown } }) => event,
} as const

/**
 * One step of a run: routed once, executed on one track or both, ended once. Actors do the work and
 * report outcomes as values; the only side effect is `record`.
 */
export const stepMachine = setup({
  types,
  actors: {
    gatherFacts: provided<RouteFacts, StepInput>(),
    runTraditional: provided<Outcome, StepTask>(),
    runOptimized: provided<Outcome, StepTask>(),
    compareTracks: provided<Comparison, StepTask>(),
    rescueOptimized: provided<Outcome, Rescue>(),
    deliver: provided<Outcome, Delivery>(),
  },
  actions: {
    record: (_, _facts: ReadonlyArray<RunFact>) => {},
    decideRoute: assign(({ context }, facts: RouteFacts) => changes.decideRoute(facts, context.recordedRoute)),
    keepOutcome: assign(({ context }, outcome: Outcome) => changes.keepOutcome(context, outcome)),
    keepComparison: assign(({ context }, comparison: Comparison) => changes.keepComparison(context, comparison)),
    keepDelivery: assign((_, delivered: Outcome) => changes.verdictOf(delivered)),
    keepDefect: assign((_, { error }: { readonly error: unknown }) => changes.keepDefect(error)),
    fallBack: assign(({ context }) => changes.fallBack(context)),
    giveUp: assign(({ context }) => changes.giveUp(context)),
    cancel: assign(({ context }) => changes.cancelStep(context)),
  },
  guards: {
    conditionIsBroken: ({ context }) => context.condition._tag === "Broken",
    conditionIsFalse: ({ context }) => context.condition._tag === "Fails",
    isRoutedTo: ({ context }, { target }: { readonly target: RouteTarget }) => context.route?.to === target,
    fallbackIsOpen: ({ context }) => context.route?.to === "fallback" && isFallbackOpen(context.fallback),
    fallbackIsClosed: ({ context }) => context.route?.to === "fallback" && !isFallbackOpen(context.fallback),
    isAnswered: (_, outcome: Outcome) => outcome._tag === "Answered",
    isAbsorbed: ({ context }, outcome: Outcome) =>
      outcome._tag === "Unanswered" && fallsBack(outcome, context.fallback),
    rescues: ({ context }) => rescues(context.fallback),
    hasWinner: ({ context }) => context.answered !== null,
  },
}).createMachine({
  id: "step",
  context: ({ input }) => changes.startStep(input),
  initial: "starting",
  on: { CANCEL: { target: ".cancelled", actions: "cancel" } },
  states: {
    starting: {
      always: [
        { guard: "conditionIsBroken", target: "failed" },
        { guard: "conditionIsFalse", target: "done" },
        { target: "routing" },
      ],
    },
    routing: {
      entry: { type: "record", params: ({ context }) => started(context) },
      invoke: {
        id: "facts",
        src: "gatherFacts",
        input: ({ context }) => context,
        onDone: { actions: { type: "decideRoute", params: ({ event }) => event.output } },
        onError: { target: "failed", actions: keepDefect },
      },
      always: [
        { guard: { type: "isRoutedTo", params: { target: "traditional" } }, target: "traditional" },
        { guard: { type: "isRoutedTo", params: { target: "optimized" } }, target: "optimized" },
        { guard: { type: "isRoutedTo", params: { target: "comparing" } }, target: "comparing" },
        { guard: "fallbackIsOpen", target: "fallback", actions: "fallBack" },
        { guard: "fallbackIsClosed", target: "failed", actions: "giveUp" },
      ],
      exit: { type: "record", params: ({ context }) => routed(context) },
    },
    traditional: {
      invoke: {
        id: "traditional",
        src: "runTraditional",
        input: ({ context }) => context.task,
        onDone: [
          { guard: isAnswered, target: "done", actions: keepOutcome },
          { target: "failed", actions: keepOutcome },
        ],
        onError: { target: "failed", actions: keepDefect },
      },
    },
    optimized: {
      invoke: {
        id: "optimized",
        src: "runOptimized",
        input: ({ context }) => context.task,
        onDone: [
          { guard: isAnswered, target: "done", actions: keepOutcome },
          { guard: isAbsorbed, target: "fallback", actions: [keepOutcome, "fallBack"] },
          { target: "failed", actions: keepOutcome },
        ],
        onError: { target: "failed", actions: keepDefect },
      },
    },
    comparing: {
      initial: "answering",
      states: {
        answering: {
          invoke: {
            id: "tracks",
            src: "compareTracks",
            input: ({ context }) => context.task,
            onDone: { target: "choosing", actions: { type: "keepComparison", params: ({ event }) => event.output } },
            onError: { target: "#step.failed", actions: keepDefect },
          },
        },
        choosing: {
          entry: { type: "record", params: ({ context }) => compared(context) },
          always: [{ guard: "hasWinner", target: "delivering" }, { target: "#step.failed" }],
        },
        delivering: {
          invoke: {
            id: "delivery",
            src: "deliver",
            input: ({ context }) => ({ task: context.task, answered: context.answered }),
            onDone: [
              { guard: isAnswered, target: "#step.done", actions: keepDelivery },
              { target: "#step.failed", actions: keepDelivery },
            ],
            onError: { target: "#step.failed", actions: keepDefect },
          },
        },
      },
    },
    fallback: {
      entry: { type: "record", params: ({ context }) => fellBack(context) },
      initial: "choosing",
      states: {
        choosing: { always: [{ guard: "rescues", target: "rescuing" }, { target: "traditional" }] },
        rescuing: {
          invoke: {
            id: "rescue",
            src: "rescueOptimized",
            input: ({ context }) => ({ task: context.task, policy: context.fallback }),
            onDone: [
              { guard: isAnswered, target: "#step.done", actions: keepOutcome },
              { guard: isAbsorbed, target: "traditional", actions: keepOutcome },
              { target: "#step.failed", actions: keepOutcome },
            ],
            onError: { target: "#step.failed", actions: keepDefect },
          },
        },
        traditional: {
          invoke: {
            id: "fallback",
            src: "runTraditional",
            input: ({ context }) => withoutOptimization(context.task),
            onDone: [
              { guard: isAnswered, target: "#step.done", actions: keepOutcome },
              { target: "#step.failed", actions: keepOutcome },
            ],
            onError: { target: "#step.failed", actions: keepDefect },
          },
        },
      },
    },
    done: { type: "final", entry: { type: "record", params: ({ context }) => ended(context) } },
    failed: { type: "final", entry: { type: "record", params: ({ context }) => ended(context) } },
    cancelled: { type: "final" },
  },
  output: ({ context }) => changes.stepResult(context),
})
