import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { listOf } from "../services/settings/settingVariables.ts"
import type { Settings } from "../Settings.ts"
import { optionFlag, textFlag } from "./optionFlag.ts"

/** The command above all commands: the flags that each of them takes, before or after its name. */
export const root = Command.make("doubletrack").pipe(
  Command.withSharedFlags({
    state: optionFlag(
      textFlag("state", "DIR", "Where programs, journals and outcomes are kept (default .doubletrack)"),
      (state) => ({ state }),
    ),
    config: optionFlag(
      textFlag("config", "FILE", "Config file instead of the nearest doubletrack.config.ts or .json"),
      (config) => ({ config }),
    ),
    nats: optionFlag(
      textFlag("nats", "URL", "NATS server of the fleet, nats://HOST:PORT; several with commas (also NATS_URL)"),
      (nats) => ({ nats: { servers: listOf(nats) } }),
    ),
    model: optionFlag(
      textFlag(
        "model",
        "ID",
        "Model for every step: anthropic/…, google/…, openai/…, <endpoint>/…, offline/in-context",
      ),
      (model) => ({ model }),
    ),
    seed: optionFlag(
      Flag.Int("seed").pipe(
        Flag.withMetavar("N"),
        Flag.withDescription("Seed of the routing draws; same seed, same routes"),
      ),
      (seed) => ({ seed }),
    ),
    json: Flag.Boolean("json").pipe(
      Flag.withoutNegation,
      Flag.withDescription("One JSON document on standard output"),
      Flag.withDefault(false),
    ),
    quiet: Flag.Boolean("quiet").pipe(
      Flag.withAlias("q"),
      Flag.withoutNegation,
      Flag.withDescription("Print answers and errors only"),
      Flag.withDefault(false),
    ),
  }),
  Command.withDescription(
    "Runs LLM pipelines on two tracks: the prompt a person wrote and the program compiled from examples",
  ),
)

/** What the global flags say. */
export interface RootFlags {
  readonly state: { readonly state?: string }
  readonly config: { readonly config?: string }
  readonly nats: { readonly nats?: { readonly servers: ReadonlyArray<string> } }
  readonly model: { readonly model?: string }
  readonly seed: { readonly seed?: number }
  readonly json: boolean
  readonly quiet: boolean
}

/** The settings that the global flags say; they win over every other source. */
export const givenSettings = ({ state, nats, model, seed }: RootFlags): Partial<typeof Settings.Encoded> => ({
  ...state,
  ...nats,
  ...model,
  ...seed,
})
