/** What a workflow file may cost to read. A pipeline a person wrote stays far below each of these. */
export const workflowLimits = {
  maxBytes: 1_048_576,
  /** Maps and lists inside one another, aliases expanded. */
  maxDepth: 64,
  /** Values that `*alias` and `<<` repeat. */
  maxAliasedValues: 20_000,
  /** Steps, those inside loops and inline pipelines included. */
  maxSteps: 1_000,
  /** Problems that are reported of one file. */
  maxProblems: 100,
} as const
