import { Doubletrack } from "../src/index.ts"

const classify = {
  name: "classify",
  type: "claude",
  signature: {
    instructions: "Decide what the customer writes about.",
    inputs: [{ name: "message", type: "string" }],
    outputs: [{ name: "topic", type: "enum", values: ["delivery", "payment", "product"] }],
  },
  prompt: [
    { type: "static", content: "Is this about delivery, payment or product? Answer with one of these words." },
    { type: "static", content: "Message:\n{{inputs.message}}" },
  ],
} as const

// Without a model here, in the environment or in the config file, the offline model answers.
const track = await Doubletrack.start({ store: ".doubletrack" })

// One step, typed: `message` goes in, `topic` is one of three labels.
const { outputs } = await track.step(classify).run({ message: "My payment was taken twice." })
console.log(outputs.topic)

// A whole pipeline, whose events can be watched from the start to the end, however late one subscribes.
const run = track.run(`${import.meta.dirname}/support-triage/pipeline.yaml`, {
  inputs: { message: "Where is LO-48213? It should have come on Friday." },
  mode: "hybrid",
})
run.events$.subscribe((event) => console.log(event.at, event._tag, "step" in event ? event.step : ""))
const report = await run.result
console.log(report.status, report.results["classify"]?.["outputs"])

await track.close()
