import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { wrongInput } from "./InputError.ts"
import { Settings } from "./Settings.ts"

/** Settings of an embedding program with the defaults filled in; throws InputError naming every wrong one. */
export const decodeSettings = (settings: typeof Settings.Encoded): Settings => {
  const decoded = Schema.decodeUnknownResult(Settings)(settings, { errors: "all", onExcessProperty: "error" })
  if (Result.isSuccess(decoded)) return decoded.success
  throw wrongInput(`settings: ${decoded.failure.message}`)
}
