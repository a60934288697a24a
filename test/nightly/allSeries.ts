import { killSeries } from "../durable/kill/killSeries.ts"
import { fleetSeries } from "../fleet/fleetSeries.ts"
import { proofs } from "../simulation/proofs.ts"
import type { Series } from "./Series.ts"

/** What `npm run nightly` carries out, in this order. */
export const allSeries: ReadonlyArray<Series> = [
  ...killSeries,
  ...fleetSeries,
  ...proofs.map(({ name, ...proof }) => ({ name: `statistics, ${name}`, ...proof })),
]
