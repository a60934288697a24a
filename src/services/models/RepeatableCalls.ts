import * as Context from "effect/Context"

/**
 * Whether calls may be made again when they fail. Those of a step that can write may not: what one of them began would
 * be done twice.
 */
export const RepeatableCalls = Context.Reference<boolean>("doubletrack/services/models/RepeatableCalls", {
  defaultValue: () => true,
})
