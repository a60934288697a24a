import process from "node:process"
import { allSeries } from "../test/nightly/allSeries.ts"

/** Carries out one series and sends what was found to the process that started this one; ends with it, too. */

const [name, size] = process.argv.slice(2)
process.once("disconnect", () => process.exit(1))
process.once("SIGTERM", () => process.exit(143))

const series = allSeries.find((each) => each.name === name)
if (series === undefined) throw new Error(`no series is called "${name}"`)
process.send?.(await series.prove(size === "quick" ? "quick" : "full"), () => process.exit())
