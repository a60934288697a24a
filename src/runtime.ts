import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Random from "effect/Random"
import type { InspectionEvent, Observer } from "xstate"
import { ActorHost } from "./ActorHost.ts"
import type { DoubletrackService } from "./Doubletrack.ts"
import { decodeSettings } from "./decodeSettings.ts"
import { makeIds } from "./ids.ts"
import { type LayerOptions, servicesLayer } from "./layers.ts"
import { prepareRun } from "./prepareRun.ts"
import { Runs } from "./Runs.ts"
import { dryRun } from "./services/prompts/dryRun.ts"
import { Workflows } from "./services/workflows/Workflows.ts"
import { startPipeline } from "./startPipeline.ts"
import { providePipeline } from "./stepActors.ts"
import { typedStep } from "./typedStep.ts"

/** How a Doubletrack is started; everything has a default. */
export interface DoubletrackOptions extends LayerOptions {
  /** Name of this process in events; default: random. */
  readonly node?: string
  /** Whether published events carry inputs and answers. Default false. */
  readonly eventContent?: boolean
  /** XState's own inspection hook, called for every machine of every run. */
  readonly inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void)
}

/** Builds the services once, provides the machines once, and starts runs on them. */
export const startRuntime = async (options: DoubletrackOptions): Promise<DoubletrackService> => {
  const settings = decodeSettings({
    ...options.settings,
    ...(typeof options.model === "string" ? { model: options.model } : {}),
    ...(options.store === undefined ? {} : { state: options.store }),
  })
  const managed = ManagedRuntime.make(servicesLayer(options, settings, (runId, fact) => runs.log(runId)?.record(fact)))
  const services = await managed.context()
  const clock = managed.runSync(Clock.clockWith(Effect.succeed))
  const randomInt = () => managed.runSync(Random.nextIntBetween(0, 2 ** 31))
  const node = options.node ?? randomInt().toString(36)
  const newId = makeIds(node, () => clock.currentTimeMillisUnsafe())
  const now = () => new Date(clock.currentTimeMillisUnsafe()).toISOString()
  const actors = new ActorHost(services)
  let killSwitch = settings.force === "traditional"
  const machine = providePipeline({
    actors,
    killSwitch: () => killSwitch,
    record: (runId, facts) => facts.forEach((fact) => runs.log(runId)?.record(fact)),
  })
}
