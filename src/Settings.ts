import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AlertLimits } from "./AlertLimits.ts"
import { CacheSettings, ResponseCacheSettings } from "./CacheSettings.ts"
import { ModelLimits } from "./ModelLimits.ts"
import { NatsSettings } from "./NatsSettings.ts"

const withDefault = <S extends Schema.Top & Schema.WithoutConstructorDefault>(schema: S, value: S["Encoded"]) =>
  Schema.withDecodingDefaultKey<S>(Effect.succeed(value))(schema)

const PositiveMs = Schema.Finite.check(Schema.isGreaterThan(0))

/** An OpenAI-compatible server: Ollama, vLLM, llama.cpp, a gateway. Models on it are `<name>/<model>`. */
export const Endpoint = Schema.Struct({
  baseUrl: Schema.String.check(Schema.isPattern(/^https?:\/\//, { message: "expected an http:// or https:// URL" })),
  /** Name of the environment variable that holds the key; absent: no key is sent. */
  apiKeyEnv: Schema.optionalKey(Schema.String),
})
export type Endpoint = typeof Endpoint.Type

/** USD for a million tokens; overrides the price table. */
export const Price = Schema.Struct({ inputPerMillion: Schema.Finite, outputPerMillion: Schema.Finite })
export type Price = typeof Price.Type

/** When an optimized program replaces what was there. */
export const AdoptionCriteria = Schema.Struct({
  /** What the lower end of the 95 % interval of the gain in quality must reach; it must be above 0 in any case. */
  leastGain: withDefault(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })), 0),
  /** By which share a call may cost more: 0.2 is 20 %. Costs that are not known count as equal. */
  largestCostIncrease: withDefault(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)), 0.2),
})
export type AdoptionCriteria = typeof AdoptionCriteria.Type

/** Which rows of runs are kept to learn from, where `collect_training_data` says so. */
export const TrainingSettings = Schema.Struct({
  /** What the quality of a model's answer has to reach; what a person expects is always kept. */
  leastQuality: withDefault(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })), 0.8),
})

/** How runs are kept so that they can be resumed. */
export const JournalSettings = Schema.Struct({
  /** `false`: a run is gone with its process. */
  enabled: withDefault(Schema.Boolean, true),
  /** What a commit outlives: `normal`, that the process is killed; `full`, that the power fails, too. */
  sync: withDefault(Schema.Literals(["normal", "full"]), "normal"),
  /** How long runs wait for a store that is busy or full, ms; then they go on without their journal. */
  waitMs: withDefault(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)), 30_000),
  /** How long the runs of a process that is not heard of are still its own, ms. */
  leaseMs: withDefault(PositiveMs, 30_000),
  /** As many ended runs are kept, the newest ones. */
  keepRuns: withDefault(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)), 1000),
  /** Ended runs are kept for so many days. */
  keepDays: withDefault(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)), 30),
})
export type JournalSettings = typeof JournalSettings.Type

/** What happens in the background of a process that stays. */
export const BackgroundSettings = Schema.Struct({
  /** `false`: what is wanted is queued for another process. */
  optimize: withDefault(Schema.Boolean, true),
  /** Optimizations at the same time. */
  workers: withDefault(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 16 })), 1),
  /** What one optimization may cost at most, in USD. */
  maxCostUsd: withDefault(Schema.Finite.check(Schema.isGreaterThan(0)), 5),
  /** What one optimization may take at most, in model calls. */
  maxCalls: withDefault(Schema.Int.check(Schema.isGreaterThan(0)), 5000),
})

/**
 * What `doubletrack.config.ts|json` may say. Flags and environment variables win over it; what none
 * of them says has the default given here.
 */
export const Settings = Schema.Struct({
  /** Model id for every step, whatever the step asks for. */
  model: Schema.optionalKey(Schema.String),
  /** Model id for the steps of one family that name no full id themselves. */
  models: withDefault(
    Schema.Struct({ claude: Schema.optionalKey(Schema.String), gemini: Schema.optionalKey(Schema.String) }),
    {},
  ),
  endpoints: withDefault(Schema.Record(Schema.String, Endpoint), {}),
  /** Base URLs of the hosted providers, for proxies and tests. */
  baseUrls: withDefault(
    Schema.Struct({
      anthropic: Schema.optionalKey(Schema.String),
      google: Schema.optionalKey(Schema.String),
      openai: Schema.optionalKey(Schema.String),
    }),
    {},
  ),
  /** By model id. */
  prices: withDefault(Schema.Record(Schema.String, Price), {}),
  /** How many requests a model gets at once and in a minute, from all processes of a fleet together. */
  limits: withDefault(ModelLimits, {}),
  /** Directory of the embedded store. */
  state: withDefault(Schema.String, ".doubletrack"),
  /** Where `output_to_file` is written; absent: the workflow's `defaults.output_dir`, else `outputs`. */
  outputDir: Schema.optionalKey(Schema.String),
  /** The kill switch: everything traditional, at once. */
  force: Schema.optionalKey(Schema.Literal("traditional")),
  seed: Schema.optionalKey(Schema.Int),
  /** Deadline of one track of one step, ms. */
  stepTimeoutMs: withDefault(PositiveMs, 300_000),
  /** Deadline of one attempt of a model call, ms. */
  modelTimeoutMs: withDefault(PositiveMs, 60_000),
  /** Attempts after the first one, for failures that another attempt can mend. */
  modelRetries: withDefault(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10 })), 3),
  adoption: withDefault(AdoptionCriteria, {}),
  training: withDefault(TrainingSettings, {}),
  journal: withDefault(JournalSettings, {}),
  background: withDefault(BackgroundSettings, {}),
  cache: withDefault(CacheSettings, {}),
  responseCache: withDefault(ResponseCacheSettings, {}),
  /** From where on metrics raise alerts. */
  alerts: withDefault(AlertLimits, {}),
  /** The fleet that this process belongs to. */
  nats: withDefault(NatsSettings, {}),
})
export type Settings = typeof Settings.Type
