import type { BudgetLeft, RouteFacts } from "../Route.ts"

/** What is known of the program of a step, whatever the step is. */
export type ProgramFacts = Pick<
  RouteFacts,
  | "programId"
  | "optimizedAvailable"
  | "breaker"
  | "control"
  | "subject"
  | "standing"
  | "budgetLeft"
  | "comparisonAffordable"
>

/** Where there is none, or nobody looks for one. */
export const withoutProgram = (budgetLeft: BudgetLeft): ProgramFacts => ({
  programId: null,
  optimizedAvailable: false,
  breaker: "closed",
  control: "running",
  subject: null,
  standing: null,
  budgetLeft,
  comparisonAffordable: true,
})
