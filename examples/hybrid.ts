import { readFileSync } from "node:fs"
import { parseArgs } from "node:util"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Doubletrack, OptimizedExecutor, servePrograms, StepFailure } from "../src/index.ts"

// Routes 360 messages in mode hybrid with the program that `doubletrack optimize` compiled into the same state directory.
// Answers are judged as the pipeline's `quality` says. Towards the end the optimized track is cut off for a while.
const { values } = parseArgs({ options: { state: { type: "string", default: ".doubletrack" } } })
const folder = `${import.meta.dirname}/ticket-routing`
const messages: ReadonlyArray<{ readonly message: string }> = readFileSync(`${folder}/traffic.jsonl`, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line))

const outage = { from: 330, to: 345 }
let cutOff = false

const say = (index: number, what: string) => console.log(`message ${String(index + 1).padStart(3)}  ${what}`)

// The optimized track as it is, but for the outage.
const withOutage = Layer.effect(
  OptimizedExecutor,
  Effect.map(OptimizedExecutor, (programs) => ({
    ...programs,
    execute: (task) => (cutOff ? Effect.fail(unreachable) : programs.execute(task)),
  })),
).pipe(Layer.provide(servePrograms))

const unreachable = new StepFailure({ reason: "dspy_unavailable", message: "the optimized track is cut off" })

const track = await Doubletrack.start({
  model: "offline/in-context",
  store: values.state,
  settings: { seed: 7 },
  layers: { optimized: withOutage },
})

track.systemEvents$.subscribe((event) => {
  if (event._tag === "ExperimentDecided") console.log(`decided  ${event.winner} wins: ${event.because}`)
  if (event._tag === "BreakerOpened")
    console.log(`breaker  opened: the optimized track is left alone until ${event.until.slice(11, 19)}`)
})

const took = { traditional: 0, optimized: 0, comparing: 0, fallback: 0 }
let reason = ""
let rescued = 0

for (const [index, { message }] of messages.entries()) {
  cutOff = index >= outage.from && index < outage.to
  const run = track.run(`${folder}/pipeline.yaml`, { inputs: { message }, seed: index })
  run.events$.subscribe((event) => {
    if (event._tag === "StepRouted") {
      took[event.route.to] += 1
      if (event.route.reason !== reason) say(index, `${event.route.reason}: ${event.route.because}`)
      reason = event.route.reason
    }
    if (event._tag === "StepFellBack") {
      rescued += 1
      if (rescued === 1) say(index, `fell back: ${event.cause.message}; the prompt as written answers`)
    }
  })
  const { status } = await run.result
  if (status !== "completed") throw new Error(`message ${index + 1} ended ${status}`)
}

const ways = Object.entries(took).map(([to, count]) => `${count} ${to}`)
console.log(`\nrouted   ${ways.join(", ")}; ${rescued} rescued by the fallback; all ${messages.length} completed`)
const [experiment] = await track.experiments()
console.log(`verdict  ${experiment?.recommendation?.verdict}: ${experiment?.recommendation?.reason}`)

await track.close()
