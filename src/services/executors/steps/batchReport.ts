import type { SubTaskOutcome } from "../parallelTasks.ts"

/** A Markdown report on the tasks of a batch, in their order. */
export const batchReport = (outcomes: ReadonlyArray<SubTaskOutcome>): string => {
  const successful = outcomes.filter(({ status }) => status === "success").length
  const head = `# Batch results\n\n${successful} of ${outcomes.length} tasks answered.`
  return [head, ...outcomes.map(section)].join("\n\n")
}

const section = (outcome: SubTaskOutcome): string =>
  [
    `## ${outcome.task.id}`,
    ...(outcome.task.file === undefined ? [] : [`File: ${outcome.task.file}`]),
    outcome.status === "success" ? outcome.answer.text : `No answer (${outcome.status}): ${outcome.error}`,
  ].join("\n\n")
