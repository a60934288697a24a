import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { listOf } from "../services/settings/settingVariables.ts"
import type { Settings } from "../Settings.ts"

/** The command above all commands: the flags that each of them takes, before or after its name. */
export const root = Command.make("doubletrack").pipe(
  Command.withSharedFlags({
    state: Flag.String("state").pipe(
      Flag.withMetavar("DIR"),
      Flag.withDescription("Where programs, journals and outcomes are kept (default .doubletrack)"),
      Flag.optional,
    ),
    config: Flag.String("config").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Config file instead of the nearest doubletrack.config.ts or .json"),
      Flag.optional,
    ),
    nats: Flag.String("nats").pipe(
      Flag.withMetavar("URL"),
      Flag.withDescription("NATS server of the fleet, nats://HOST:PORT; several with commas (also NATS_URL)"),
      Flag.optional,
    ),
    model: Flag.String("model").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Model for every step: anthropic/…, google/…, openai/…, <endpoint>/…, offline/in-context"),
      Flag.optional,
    ),
    seed: Flag.Int("seed").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("Seed of the routing draws; same seed, same routes"),
      Flag.optional,
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
  readonly state: Option.Option<string>
  readonly config: Option.Option<string>
  readonly nats: Option.Option<string>
  readonly model: Option.Option<string>
  readonly seed: Option.Option<number>
  readonly json: boolean
  readonly quiet: boolean
}

/** The settings that the global flags say; they win over every other source. */
export const givenSettings = ({ state, nats, model, seed }: RootFlags): Partial<typeof Settings.Encoded> => ({
  ...(Option.isSome(state) ? { state: state.value } : {}),
  ...(Option.isSome(nats) ? { nats: { servers: listOf(nats.value) } } : {}),
  ...(Option.isSome(model) ? { model: model.value } : {}),
  ...(Option.isSome(seed) ? { seed: seed.value } : {}),
})
