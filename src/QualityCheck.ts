import * as Schema from "effect/Schema"

/** How much a check counts beside the others. Default 1. */
const weighted = {
  weight: Schema.optionalKey(
    Schema.Finite.check(Schema.isGreaterThan(0), Schema.isLessThanOrEqualTo(1000, { expected: "a value up to 1000" })),
  ),
}

/** The field of the outputs that is looked at; absent: the text of the answer. */
const ofField = { field: Schema.optionalKey(Schema.NonEmptyString), ...weighted }

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** Every output of the step's signature is there, of its type, among its labels, and as its JSON Schema says. */
export const SchemaCheck = Schema.Struct({ schema: Schema.Struct({}), ...weighted })

/** A regular expression matches anywhere. */
export const PatternCheck = Schema.Struct({ pattern: Schema.NonEmptyString, ...ofField })

/** The share of the words that occur, or, by `match: any`, whether one of them does; letter case does not count. */
export const KeywordsCheck = Schema.Struct({
  keywords: Schema.NonEmptyArray(Schema.NonEmptyString),
  match: Schema.optionalKey(Schema.Literals(["all", "any"])),
  ...ofField,
})

/** How long an answer is to be; at least one of the two ends, in words unless `unit` says otherwise. */
export const LengthCheck = Schema.Struct({
  length: Schema.Struct({
    min: Schema.optionalKey(Count),
    max: Schema.optionalKey(Count),
    unit: Schema.optionalKey(Schema.Literals(["words", "characters"])),
  }),
  ...ofField,
})

/** Token F1 with a reference, a template that is filled in from what the step can see. */
export const SimilarityCheck = Schema.Struct({ similarity: Schema.NonEmptyString, ...ofField })

/** A model grades inputs and answer without a reference answer. */
export const JudgeCheck = Schema.Struct({
  llm_judge: Schema.Struct({
    /** What makes an answer good, in words. */
    rubric: Schema.optionalKey(Schema.NonEmptyString),
    /** The judge, as steps name models; absent: the run's model. */
    model: Schema.optionalKey(Schema.NonEmptyString),
  }),
  ...weighted,
})

/** The path of a module that exports `assess`, or the name of an assessor that was registered at start. */
export const AssessCheck = Schema.Struct({ assess: Schema.NonEmptyString, ...weighted })

/**
 * One way in which the answers of a step are judged while it runs, as it is written. A name alone has no settings;
 * `feedback` stands for the scores that people give later.
 */
export const QualityCheck = Schema.Union([
  Schema.Literals(["schema", "llm_judge", "feedback"]),
  SchemaCheck,
  PatternCheck,
  KeywordsCheck,
  LengthCheck,
  SimilarityCheck,
  JudgeCheck,
  AssessCheck,
])
export type QualityCheck = typeof QualityCheck.Type
