import { Doubletrack, type WorkflowInput } from "../src/index.ts"

/** The keys are those of the YAML format; the compiler checks them here. */
const workflow: WorkflowInput = {
  name: "release_note",
  steps: [
    {
      name: "summarize",
      type: "claude",
      prompt: [
        {
          type: "static",
          content: "Say in one sentence for users what this change does.\n\nChange:\n{{inputs.change}}",
        },
      ],
    },
    {
      name: "headline",
      type: "claude",
      condition: "summarize.text.length > 0",
      prompt: [
        { type: "static", content: "Write a headline of at most eight words for this release note:\n" },
        { type: "previous_response", step: "summarize", extract: "text" },
      ],
    },
  ],
}

const track = await Doubletrack.start()
const report = await track.run(workflow, {
  inputs: { change: "Retries now wait as long as the Retry-After header of the answer asks for." },
}).result
console.log(report.status, report.results["headline"]?.["text"])
await track.close()
