import { routeStep } from "../../src/machines/router.ts"
import type { RouteFacts, RouteTarget } from "../../src/Route.ts"

/** How 1000 steps with these facts and evenly spread draws are divided. */
export const dividing = (facts: RouteFacts) => {
  const routes = Array.from({ length: 1000 }, (_, index) => routeStep({ ...facts, draw: (index + 0.5) / 1000 }))
  const count = (holds: (route: (typeof routes)[number]) => boolean) => routes.filter(holds).length
  const to = (target: RouteTarget) => count((route) => route.to === target)
  return {
    routes,
    reasons: [...new Set(routes.map(({ reason }) => reason))],
    assigned: [
      count(({ assigned }) => assigned === "optimized"),
      count(({ assigned }) => assigned === "both"),
      count(({ assigned }) => assigned === "traditional"),
    ] as const,
    executed: {
      optimized: to("optimized"),
      comparing: to("comparing"),
      traditional: to("traditional"),
      fallback: to("fallback"),
    },
  }
}
