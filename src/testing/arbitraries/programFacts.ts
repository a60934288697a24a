import fc from "fast-check"
import type { BudgetLeft } from "../../Route.ts"
import { type ProgramFacts, withoutProgram } from "../ProgramFacts.ts"
import { anyExperimentSubject } from "./experimentSubjects.ts"
import { anyStanding } from "./standings.ts"

const anyLimit = fc.option(fc.nat(1000), { freq: 2 })

const anyBudgetLeft: fc.Arbitrary<BudgetLeft> = fc.oneof(
  fc.constant({ usd: null, tokens: null, calls: null }),
  fc.record({ usd: anyLimit, tokens: anyLimit, calls: anyLimit }),
)

/** Without a limit everything can be afforded, and with nothing left nothing. */
const affords = ({ usd, tokens, calls }: BudgetLeft, drawn: boolean): boolean => {
  const limits = [usd, tokens, calls].filter((limit) => limit !== null)
  return limits.length === 0 || (drawn && !limits.includes(0))
}

/** A track cannot answer while its breaker is open, and may be out of order for other reasons. */
const anyProgram: fc.Arbitrary<ProgramFacts> = fc
  .record({
    subject: anyExperimentSubject,
    reachable: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.constant(false)),
    breaker: fc.oneof({ weight: 6, arbitrary: fc.constant("closed" as const) }, fc.constantFrom("open", "half_open")),
    control: fc.oneof(
      { weight: 6, arbitrary: fc.constant("running" as const) },
      fc.constantFrom("paused", "pinned_traditional", "pinned_optimized"),
    ),
    standing: fc.option(anyStanding),
    budgetLeft: anyBudgetLeft,
    affordable: fc.boolean(),
  })
  .map(({ subject, reachable, breaker, control, standing, budgetLeft, affordable }) => ({
    programId: subject.programId,
    optimizedAvailable: reachable && breaker !== "open",
    breaker,
    control,
    subject,
    standing,
    budgetLeft,
    comparisonAffordable: affords(budgetLeft, affordable),
  }))

export const noProgram: fc.Arbitrary<ProgramFacts> = anyBudgetLeft.map(withoutProgram)

export const anyProgramFacts: fc.Arbitrary<ProgramFacts> = fc.oneof({ weight: 5, arbitrary: anyProgram }, noProgram)
