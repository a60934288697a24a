import * as Schema from "effect/Schema"

/** How much is asked of one model at most; what is absent is not limited. */
export const ModelLimit = Schema.Struct({
  /** Requests under way at the same time. */
  concurrent: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  /** Requests begun in a minute. */
  perMinute: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0))),
})
export type ModelLimit = typeof ModelLimit.Type

const wholeId = /^[^/\s]+\/\S/

const named = Schema.makeFilter((limits: Readonly<Record<string, ModelLimit>>) =>
  Object.keys(limits)
    .filter((name) => !wholeId.test(name))
    .map((name) => ({
      path: [name],
      issue: 'expected the full id of a model, such as "anthropic/claude-sonnet-5", or "anthropic/*"',
    })),
)

/** By the full id of a model, or by `provider/*`, which stands for each model of the provider without an entry of its own. */
export const ModelLimits = Schema.Record(Schema.String, ModelLimit).check(named)
export type ModelLimits = typeof ModelLimits.Type

/** The limit of a model: its own entry, else that of its provider; null where there is none, or it limits nothing. */
export const limitOf = (limits: ModelLimits, model: string): ModelLimit | null => {
  const provider = `${model.slice(0, Math.max(model.indexOf("/"), 0))}/*`
  const name = [model, provider].find((key) => Object.hasOwn(limits, key))
  const limit = name === undefined ? undefined : limits[name]
  return limit === undefined || (limit.concurrent === undefined && limit.perMinute === undefined) ? null : limit
}

/** As people write it: `concurrent 4, perMinute 600`. */
export const limitText = ({ concurrent, perMinute }: ModelLimit): string =>
  [
    ...(concurrent === undefined ? [] : [`concurrent ${concurrent}`]),
    ...(perMinute === undefined ? [] : [`perMinute ${perMinute}`]),
  ].join(", ") || "no limit"
