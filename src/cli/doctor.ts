import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import process from "node:process"
import { CommandFailed } from "./CommandFailed.ts"
import { type Examination, examine } from "./examine.ts"
import { settingsOf } from "./openTrack.ts"
import { root } from "./root.ts"

/** `doubletrack doctor`. */
export const doctor = Command.make(
  "doctor",
  {},
  Effect.fn(function* () {
    const rootFlags = yield* root
    const loaded = yield* settingsOf(rootFlags)
    const examination = yield* examine({ loaded, environment: process.env, nodeVersion: process.versions.node })
    yield* Console.log(rootFlags.json ? JSON.stringify(examination, null, 2) : examinationText(examination))
    if (!examination.ok) return yield* new CommandFailed()
  }),
).pipe(Command.withDescription("Say what is here and what is missing"))

/** The examination for people: a mark, a name and a fact on each line. */
export const examinationText = ({ node, store, config, settings, keys, models, warnings }: Examination): string => {
  const storeFact = !store.writable
    ? "cannot be written; choose another with --state"
    : store.exists
      ? "writable"
      : "is made when it is needed"
  return [
    line(node.ok, "node", `${node.version} (needed ${node.needed})`),
    line(store.writable, "store", `${store.directory}: ${storeFact}`),
    ...models.map(({ family, model, because }) =>
      line(model !== null, family, model === null ? because : `${model} (${because})`),
    ),
    ...keys.map(({ provider, variables, set }) =>
      line(
        set === null ? null : true,
        provider,
        set === null ? `no key: set ${variables.join(" or ")}` : `${set} is set`,
      ),
    ),
    line(config === null ? null : true, "config", config ?? "no doubletrack.config.ts or .json"),
    ...settings.map(({ key, value, origin }) =>
      line(null, "setting", `${key} = ${typeof value === "string" ? value : JSON.stringify(value)} (${origin})`),
    ),
    ...warnings.map((warning) => line(false, "warning", warning)),
  ].join("\n")
}

/** Good, bad, or neither. */
const line = (good: boolean | null, name: string, fact: string): string =>
  `${good === null ? "·" : good ? "✓" : "✗"} ${name.padEnd(9)}  ${fact}`
