import type { AnyStateNode, AnyTransitionDefinition } from "xstate"
import { stepMachine } from "./step.ts"

export interface GraphState {
  readonly name: string
  readonly kind: "initial" | "state" | "final"
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  /** The guard that chooses this edge, or the event that takes it; empty where nothing decides. */
  readonly label: string
}

/** A state graph, for diagrams and tools. */
export interface Graph {
  readonly states: ReadonlyArray<GraphState>
  readonly edges: ReadonlyArray<GraphEdge>
}

/** The graph of the step machine, read off the machine itself; substates count as their parent. */
export const stepGraph = (): Graph => graphOf(stepMachine.root)

const graphOf = (root: AnyStateNode): Graph => ({
  states: Object.values(root.states).map((state) => ({ name: state.key, kind: kindOf(root, state) })),
  edges: distinct([
    ...Object.values(root.states).flatMap((state) =>
      transitionsWithin(state).flatMap((transition) => edgesFrom(root, state, transition)),
    ),
    ...transitionsOf(root).flatMap((transition) =>
      Object.values(root.states)
        .filter((state) => state.type !== "final")
        .flatMap((state) => edgesFrom(root, state, transition)),
    ),
  ]),
})

const kindOf = (root: AnyStateNode, state: AnyStateNode): GraphState["kind"] => {
  if (state.type === "final") return "final"
  return root.initial.target.includes(state) ? "initial" : "state"
}

const transitionsOf = (state: AnyStateNode): ReadonlyArray<AnyTransitionDefinition> => [
  ...(state.always ?? []),
  ...[...state.transitions.values()].flat(),
]

const transitionsWithin = (state: AnyStateNode): ReadonlyArray<AnyTransitionDefinition> => [
  ...transitionsOf(state),
  ...Object.values(state.states).flatMap(transitionsWithin),
]

const edgesFrom = (root: AnyStateNode, from: AnyStateNode, transition: AnyTransitionDefinition) =>
  (transition.target ?? [])
    .map((target) => topLevel(root, target))
    .filter((target) => target !== from)
    .map((target) => ({ from: from.key, to: target.key, label: labelOf(transition) }))

const topLevel = (root: AnyStateNode, state: AnyStateNode): AnyStateNode =>
  state.parent === undefined || state.parent === root ? state : topLevel(root, state.parent)

const labelOf = ({ guard, eventType }: AnyTransitionDefinition): string => {
  const name = guardName(guard)
  if (name !== "") return inWords(name)
  if (eventType.startsWith("xstate.error.")) return "breaks"
  return eventType.startsWith("xstate.") ? "" : eventType
}

const guardName = (guard: unknown): string => {
  if (typeof guard === "string") return guard
  if (typeof guard !== "object" || guard === null || !("type" in guard)) return ""
  return typeof guard.type === "string" ? guard.type : ""
}

const inWords = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

const distinct = (edges: ReadonlyArray<GraphEdge>): ReadonlyArray<GraphEdge> => [
  ...new Map(edges.map((edge) => [`${edge.from} ${edge.to} ${edge.label}`, edge])).values(),
]
