import { assign, fromPromise, setup } from "xstate"
import type { Answered, Outcome } from "../Outcome.ts"
import type { RouteFacts, RouteTarget } from "../Route.ts"
import type { RunFact } from "../RunEvent.ts"
import type { StepTask } from "../StepTask.ts"
import type { Comparison } from "./chooseOutcome.ts"
import { fallsBack, withoutOptimization } from "./fallback.ts"
import type { StepResult } from "./StepResult.ts"
import {
  cancelStep,
  decideRoute,
  fallBack,
  giveUp,
  keepComparison,
  keepDefect,
  keepOutcome,
  type StepContext,
  type StepInput,
  startStep,
  stepResult,
  verdictOf,
} from "./stepContext.ts"
import { compared, ended, fellBack, routed, started } from "./stepFacts.ts"

/** Stops the calls of a step; it ends in `cancelled`. */
export interface CancelStep {
  readonly type: "CANCEL"
}

const types: { context?: StepContext; input?: StepInput; output?: StepResult; events?: CancelStep } = {}

const provided = <Output, Input>() =>
  fromPromise<Output, Input>(() => Promise.reject(new Error("this actor is provided by the runtime")))

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
    deliver: provided<Outcome, { readonly task: StepTask; readonly answered: Answered | null }>(),
  },
  actions: {
    record: (_, _facts: ReadonlyArray<RunFact>) => {},
    decideRoute: assign((_, facts: RouteFacts) => decideRoute(facts)),
    keepOutcome: assign(({ context }, outcome: Outcome) => keepOutcome(context, outcome)),
    keepComparison: assign(({ context }, comparison: Comparison) => keepComparison(context, comparison)),
    keepDelivery: assign((_, delivered: Outcome) => verdictOf(delivered)),
    keepDefect: assign((_, { error }: { readonly error: unknown }) => keepDefect(error)),
    fallBack: assign(({ context }) => fallBack(context)),
    giveUp: assign(({ context }) => giveUp(context)),
    cancel: assign(({ context }) => cancelStep(context)),
  },
  guards: {
    conditionIsBroken: ({ context }) => context.condition._tag === "Broken",
    conditionIsFalse: ({ context }) => context.condition._tag === "Fails",
    isRoutedTo: ({ context }, { target }: { readonly target: RouteTarget }) => context.route?.to === target,
    isFallbackOpen: ({ context }) =>
      context.route?.to === "fallback" && fallsBack("dspy_unavailable", context.fallback),
    isAnswered: (_, outcome: Outcome) => outcome._tag === "Answered",
    isAbsorbed: ({ context }, outcome: Outcome) =>
      outcome._tag === "Unanswered" && fallsBack(outcome.failure.reason, context.fallback),
    hasWinner: ({ context }) => context.answered !== null,
  },
}).createMachine({
  id: "step",
  context: ({ input }) => startStep(input),
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
        onError: { target: "failed", actions: { type: "keepDefect", params: ({ event }) => event } },
      },
      always: [
        { guard: { type: "isRoutedTo", params: { target: "traditional" } }, target: "traditional" },
        { guard: { type: "isRoutedTo", params: { target: "optimized" } }, target: "optimized" },
        { guard: { type: "isRoutedTo", params: { target: "comparing" } }, target: "comparing" },
        { guard: "isFallbackOpen", target: "fallback", actions: "fallBack" },
        { guard: { type: "isRoutedTo", params: { target: "fallback" } }, target: "failed", actions: "giveUp" },
      ],
      exit: { type: "record", params: ({ context }) => routed(context) },
    },
    traditional: {
      invoke: {
        id: "traditional",
        src: "runTraditional",
        input: ({ context }) => context.task,
        onDone: [
          {
            guard: { type: "isAnswered", params: ({ event }) => event.output },
            target: "done",
            actions: { type: "keepOutcome", params: ({ event }) => event.output },
          },
          { target: "failed", actions: { type: "keepOutcome", params: ({ event }) => event.output } },
        ],
        onError: { target: "failed", actions: { type: "keepDefect", params: ({ event }) => event } },
      },
    },
    optimized: {
      invoke: {
        id: "optimized",
        src: "runOptimized",
        input: ({ context }) => context.task,
        onDone: [
          {
            guard: { type: "isAnswered", params: ({ event }) => event.output },
            target: "done",
            actions: { type: "keepOutcome", params: ({ event }) => event.output },
          },
          {
            guard: { type: "isAbsorbed", params: ({ event }) => event.output },
            target: "fallback",
            actions: [{ type: "keepOutcome", params: ({ event }) => event.output }, "fallBack"],
          },
          { target: "failed", actions: { type: "keepOutcome", params: ({ event }) => event.output } },
        ],
        onError: { target: "failed", actions: { type: "keepDefect", params: ({ event }) => event } },
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
            onDone: {
              target: "choosing",
              actions: { type: "keepComparison", params: ({ event }) => event.output },
            },
            onError: { target: "#step.failed", actions: { type: "keepDefect", params: ({ event }) => event } },
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
              {
                guard: { type: "isAnswered", params: ({ event }) => event.output },
                target: "#step.done",
                actions: { type: "keepDelivery", params: ({ event }) => event.output },
              },
              { target: "#step.failed", actions: { type: "keepDelivery", params: ({ event }) => event.output } },
            ],
            onError: { target: "#step.failed", actions: { type: "keepDefect", params: ({ event }) => event } },
          },
        },
      },
    },
    fallback: {
      entry: { type: "record", params: ({ context }) => fellBack(context) },
      invoke: {
        id: "fallback",
        src: "runTraditional",
        input: ({ context }) => withoutOptimization(context.task),
        onDone: [
          {
            guard: { type: "isAnswered", params: ({ event }) => event.output },
            target: "done",
            actions: { type: "keepOutcome", params: ({ event }) => event.output },
          },
          { target: "failed", actions: { type: "keepOutcome", params: ({ event }) => event.output } },
        ],
        onError: { target: "failed", actions: { type: "keepDefect", params: ({ event }) => event } },
      },
    },
    done: { type: "final", entry: { type: "record", params: ({ context }) => ended(context) } },
    failed: { type: "final", entry: { type: "record", params: ({ context }) => ended(context) } },
    cancelled: { type: "final" },
  },
  output: ({ context }) => stepResult(context),
})
