import * as Effect from "effect/Effect"
import { type InputError, refuse, wrongInput } from "../../InputError.ts"
import { OptimizerName } from "../../Program.ts"
import { bootstrapFewShot } from "./bootstrapFewShot.ts"
import type { DspyOptions } from "../dspy/DspyOptions.ts"
import { didYouMean } from "../workflows/suggestions.ts"
import { knnFewShot } from "./knnFewShot.ts"
import { labeledFewShot } from "./labeledFewShot.ts"
import type { Optimizer } from "./Optimizer.ts"
import { randomSearch } from "./randomSearch.ts"

/** What compiles: our own optimizers in this process, or the real DSPy. */
export type Engine = "embedded" | "dspy"

/** An optimizer, and what is worth saying about the choice. */
export interface ChosenOptimizer {
  readonly optimizer: Optimizer
  readonly notice?: string
}

/** The optimizer of a name. `mipro` is `mipro_v2`; `copro`, which only DSPy has, is `gepa` in this process. */
export const optimizerOf = (
  name: string,
  engine: { readonly engine: "embedded" } | { readonly engine: "dspy"; readonly dspy: DspyOptions },
): Effect.Effect<ChosenOptimizer, InputError> => {
  const meant = OptimizerName.literals.find((known) => known === (name === "mipro" ? "mipro_v2" : name))
  if (meant === undefined) return Effect.fail(unknownOptimizer(name))
  return engine.engine === "dspy" ? dspyOptimizerOf(meant, engine.dspy) : embeddedOptimizerOf(meant)
}

const embeddedOptimizerOf = (name: OptimizerName): Effect.Effect<ChosenOptimizer, InputError> => {
  switch (name) {
    case "labeled_few_shot":
      return Effect.succeed({ optimizer: labeledFewShot })
    case "bootstrap_few_shot":
      return Effect.succeed({ optimizer: bootstrapFewShot })
    case "bootstrap_few_shot_random_search":
      return Effect.succeed({ optimizer: randomSearch })
    case "knn_few_shot":
      return Effect.succeed({ optimizer: knnFewShot })
    case "gepa":
      return Effect.map(gepa, (optimizer) => ({ optimizer }))
    case "copro":
      return Effect.map(gepa, (optimizer) => ({ optimizer, notice: coproNotice }))
    case "mipro_v2":
      return Effect.promise(() => import("./mipro/miproV2.ts")).pipe(
        Effect.map(({ miproV2: optimizer }) => ({ optimizer })),
      )
    case "simba":
      return refuse("simba comes with the real DSPy only: pass --engine dspy, or choose gepa")
  }
}

const gepa = Effect.map(
  Effect.promise(() => import("./gepa/gepa.ts")),
  (module) => module.gepa,
)

const coproNotice = "copro is carried out by gepa, its successor; --engine dspy runs DSPy's own COPRO"

const dspyOptimizerOf = (name: OptimizerName, options: DspyOptions): Effect.Effect<ChosenOptimizer, InputError> =>
  name === "knn_few_shot"
    ? refuse("knn_few_shot is not compiled by DSPy, whose KNNFewShot saves nothing: leave --engine dspy out")
    : Effect.promise(() => import("../dspy/dspyOptimizer.ts")).pipe(
        Effect.map(({ dspyOptimizer }) => ({ optimizer: dspyOptimizer(name, options) })),
      )

const unknownOptimizer = (name: string): InputError =>
  wrongInput(
    `there is no optimizer "${name}".${didYouMean(name, [...OptimizerName.literals, "mipro"])} ` +
      `The optimizers are ${OptimizerName.literals.join(", ")}`,
  )
