import * as Effect from "effect/Effect"
import type { Message } from "../../../Message.ts"
import type { Signature } from "../../../Signature.ts"
import { instructionsBlock, taskText } from "../taskText.ts"
import { sumOf } from "./paretoFront.ts"
import { type MergePlan, rowsForMerge } from "./planMerge.ts"
import type { Member, Round, Search } from "./Search.ts"

/**
 * Unites two candidates that are good at different rows. GEPA takes each predictor from the parent that changed it;
 * with a single predictor that would only give one of the parents back, so the model unites the two instructions
 * instead. The rest is GEPA's: five rows picked by who wins them, accepted if no worse there than the better parent.
 */
export const merge = Effect.fnUntraced(function* (search: Search, pool: ReadonlyArray<Member>, plan: MergePlan) {
  const { first: firstAt, second: secondAt } = plan
  const [first, second, origin] = [pool[firstAt], pool[secondAt], pool[plan.ancestor]]
  if (first === undefined || second === undefined || origin === undefined) return rejected("there is nothing to merge")

  const proposed = yield* search.propose(mergePrompt(search.signature, [origin, first, second].map(instructionsOf)))
  if (proposed._tag === "Refused") return proposed
  if (proposed._tag === "Unusable") return rejected(proposed.why)
  const { instructions } = proposed
  if (pool.some((member) => instructionsOf(member) === instructions)) {
    return rejected("merging gave what the pool holds already")
  }

  const candidate = { ...first.candidate, instructions }
  const tried = rowsForMerge(first.scores, second.scores, search.random)
  const trials = yield* search.run(
    candidate,
    search.rows.filter((_, row) => tried.includes(row)),
  )
  const merged = sumOf(trials.map(({ score }) => score))
  const better = Math.max(...[first, second].map(({ scores }) => sumOf(scores.filter((_, row) => tried.includes(row)))))
  const told = `${better} → ${merged} of ${tried.length}`
  if (merged < better) return rejected(`two candidates are worse together (${told})`)
  const scores = (yield* search.run(candidate, search.rows)).map(({ score }) => score)
  const accepted: Round = {
    _tag: "Accepted",
    member: { candidate, scores, parents: [firstAt, secondAt] },
    note: `two candidates are merged (${told})`,
  }
  return accepted
})

const mergePrompt = (signature: Signature, [origin = "", first = "", second = ""]: ReadonlyArray<string>) => {
  const messages: ReadonlyArray<Message> = [
    {
      role: "system",
      content:
        "Two people improved the same instructions for a language model, each on other tasks; each version is better " +
        "at some tasks than the other. Unite them: keep each rule and fact that either added, settle contradictions " +
        "by the more specific rule, say nothing twice. " +
        "Give the whole united instructions between two lines of three backticks.",
    },
    {
      role: "user",
      content: [
        taskText(signature),
        `What both started from:\n${instructionsBlock(origin)}`,
        `First version:\n${instructionsBlock(first)}`,
        `Second version:\n${instructionsBlock(second)}`,
        "Write the united instructions.",
      ].join("\n\n"),
    },
  ]
  return messages
}

const instructionsOf = ({ candidate }: Member): string => candidate.instructions

const rejected = (note: string): Round => ({ _tag: "Rejected", note })
