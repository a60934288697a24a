import * as Effect from "effect/Effect"
import { drawParent, paretoWins, sumOf } from "./paretoFront.ts"
import { reflectionPrompt } from "./reflectionPrompt.ts"
import type { Member, Round, Search } from "./Search.ts"

/**
 * One reflective change: a parent from the Pareto front answers a minibatch, the model reads what went wrong and
 * rewrites the instructions, and the rewrite is accepted if its minibatch scores strictly sum to more. Only then is it
 * scored on the whole validation set.
 */
export const reflect = Effect.fnUntraced(function* (search: Search, pool: ReadonlyArray<Member>) {
  const at = drawParent(paretoWins(pool.map(({ scores }) => scores)), search.random)
  const batch = search.nextMinibatch()
  const parent = pool[at]
  if (parent === undefined) return rejected("there is no candidate to improve")

  const before = yield* search.run(parent.candidate, batch)
  if (before.every(({ score }) => score === 1)) return rejected("nothing to improve on this minibatch")
  const proposed = yield* search.propose(reflectionPrompt(search.signature, parent.candidate.instructions, before))
  if (proposed._tag === "Refused") return proposed
  if (proposed._tag === "Unusable") return rejected(proposed.why)
  const { instructions } = proposed
  if (pool.some(({ candidate }) => candidate.instructions === instructions)) {
    return rejected("the model proposed what the pool holds already")
  }

  const candidate = { ...parent.candidate, instructions }
  const after = yield* search.run(candidate, batch)
  const [old, now] = [sumOf(before.map(({ score }) => score)), sumOf(after.map(({ score }) => score))]
  const told = `${old} → ${now} of ${batch.length}${proposed.note === null ? "" : `; ${proposed.note}`}`
  if (now <= old) return rejected(`a rewrite is no better on its minibatch (${told})`)
  const scores = (yield* search.run(candidate, search.rows)).map(({ score }) => score)
  const accepted: Round = {
    _tag: "Accepted",
    member: { candidate, scores, parents: [at] },
    note: `a rewrite is better on its minibatch (${told})`,
  }
  return accepted
})

const rejected = (note: string): Round => ({ _tag: "Rejected", note })
