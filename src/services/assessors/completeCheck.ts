import type { QualityCheck } from "../../QualityCheck.ts"

interface Weighted {
  readonly weight: number
}

interface OfField extends Weighted {
  /** Null: the text of the answer. */
  readonly field: string | null
}

export interface Pattern extends OfField {
  readonly kind: "pattern"
  readonly pattern: string
}

export interface Keywords extends OfField {
  readonly kind: "keywords"
  readonly keywords: ReadonlyArray<string>
  readonly match: "all" | "any"
}

export interface Length extends OfField {
  readonly kind: "length"
  readonly min: number
  /** Null: no limit. */
  readonly max: number | null
  readonly unit: "words" | "characters"
}

export interface Similarity extends OfField {
  readonly kind: "similarity"
  readonly template: string
}

export interface ModelJudge extends Weighted {
  readonly kind: "llm_judge"
  readonly rubric: string | null
  readonly model: string | null
}

export interface UserJudge extends Weighted {
  readonly kind: "assess"
  readonly name: string
}

/** A check that is carried out while steps run, with everything filled in that its author left open. */
export type RunTimeCheck =
  | (Weighted & { readonly kind: "schema" })
  | Pattern
  | Keywords
  | Length
  | Similarity
  | ModelJudge
  | UserJudge

/** Equal checks are equal as JSON. */
export type CompleteCheck = RunTimeCheck | (Weighted & { readonly kind: "feedback" })

export const completeCheck = (check: QualityCheck): CompleteCheck => {
  if (typeof check === "string") {
    return check === "llm_judge" ? { kind: check, rubric: null, model: null, weight: 1 } : { kind: check, weight: 1 }
  }
  const { weight = 1 } = check
  if ("schema" in check) return { kind: "schema", weight }
  if ("assess" in check) return { kind: "assess", name: check.assess, weight }
  if ("llm_judge" in check) {
    const { rubric = null, model = null } = check.llm_judge
    return { kind: "llm_judge", rubric, model, weight }
  }
  const ofField = { field: check.field ?? null, weight }
  if ("pattern" in check) return { kind: "pattern", pattern: check.pattern, ...ofField }
  if ("similarity" in check) return { kind: "similarity", template: check.similarity, ...ofField }
  if ("keywords" in check) {
    return { kind: "keywords", keywords: check.keywords, match: check.match ?? "all", ...ofField }
  }
  const { min = 0, max = null, unit = "words" } = check.length
  return { kind: "length", min, max, unit, ...ofField }
}
