import type { AnyEvent } from "../services/events/EventSource.ts"
import { formatCost, formatDuration } from "./format.ts"

/** One event for people: when, in which run, what. */
export const eventLine = (event: AnyEvent): string => {
  const place = "runId" in event ? event.runId : event.node
  const words = [event.at, place, event._tag, whereOf(event), whatOf(event)]
  return words.filter((word) => word !== "").join("  ")
}

const whereOf = (event: AnyEvent): string => {
  if (!("workflow" in event)) return ""
  return "path" in event
    ? `${event.workflow}/${event.path}`
    : "step" in event && event.step !== null
      ? `${event.workflow}/${event.step}`
      : event.workflow
}

const waitOf = (waitedMs: number | undefined): string =>
  waitedMs === undefined ? "" : `, after ${formatDuration(waitedMs)} of waiting for its limits`

const whatOf = (event: AnyEvent): string => {
  switch (event._tag) {
    case "StepRouted":
      return `${event.route.to}: ${event.route.reason}`
    case "ModelCalled":
      return `${event.model}, ${formatDuration(event.latencyMs)}, ${formatCost(event.usage.costUsd)}${waitOf(event.waitedMs)}`
    case "StepCompleted":
      return `${event.executed}, ${formatDuration(event.latencyMs)}, ${formatCost(event.usage.costUsd)}`
    case "RunCompleted":
      return `${formatDuration(event.latencyMs)}, ${formatCost(event.usage.costUsd)}`
    case "StepFailed":
    case "RunFailed":
      return `${event.reason}: ${event.message}`
    case "StepFellBack":
      return `${event.cause.reason}: ${event.cause.message}`
    case "RecommendationMade":
      return `${event.verdict}: ${event.reason}`
    case "AlertRaised":
      return event.message
    default:
      return "because" in event && typeof event.because === "string" ? event.because : ""
  }
}
