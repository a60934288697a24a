import type { WorkflowInput } from "../../../src/index.ts"

const prompt = (content: string) => [{ type: "static", content }] as const

const signature = {
  instructions: "Name the side.",
  inputs: [{ name: "topic", type: "string" }],
  outputs: [{ name: "side", type: "string" }],
} as const

/** A bit of everything: variables, files, conditions, comparisons, fallbacks, judged answers, steps of one's own. */
export const workflow: WorkflowInput = {
  name: "everything",
  hybrid_config: { mode: "hybrid" },
  steps: [
    {
      name: "begin",
      type: "set_variable",
      variables: { mood: "{{inputs.mood}}", twice: "{{inputs.topic}} {{inputs.topic}}" },
    },
    {
      name: "draft",
      type: "claude",
      prompt: prompt("Draft {{variables.twice}}"),
      output_to_file: "{{inputs.topic}}.txt",
    },
    { name: "tally", type: "tally" },
    {
      name: "side",
      type: "claude",
      prompt: prompt("Which side has {{inputs.topic}}?"),
      signature,
      quality: [{ pattern: "[aeiou]1" }],
    },
    {
      name: "broken",
      type: "claude",
      execution_mode: "dspy_optimized",
      prompt: prompt("Mend {{inputs.topic}}"),
      signature: { ...signature, instructions: "Mend it." },
    },
    {
      name: "cheer",
      type: "claude",
      condition: "inputs.mood == 'sad'",
      prompt: prompt("Cheer up {{steps.draft.text}}"),
      output_to_file: "cheer-{{inputs.topic}}.txt",
    },
    { name: "late", type: "set_variable", variables: { mood: "{{steps.side.text}}" } },
    { name: "finish", type: "claude", prompt: prompt("Finish {{variables.mood}} {{steps.broken.text}}") },
  ],
}

/** What the runs of a series are asked, one after the other. */
export const optionsOf = (index: number) => ({
  seed: index,
  inputs: { topic: `topic${index}`, mood: index % 3 === 0 ? "glad" : "sad" },
})

/** Where little is known of a program, its step runs both tracks: so no route depends on evidence, which chance rounds. */
export const workflowOf = (index: number): WorkflowInput => ({
  ...workflow,
  name: `everything-${Math.floor(index / 4)}`,
})
