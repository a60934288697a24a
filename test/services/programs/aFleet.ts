import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { onTestFinished } from "vitest"
import { decodeSettings } from "../../../src/decodeSettings.ts"
import { programLayers } from "../../../src/programLayers.ts"
import { Nats } from "../../../src/services/nats/Nats.ts"
import { ProgramStore } from "../../../src/services/programs/ProgramStore.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { SystemFactRecorder } from "../../../src/services/SystemFactRecorder.ts"
import type { SystemFact } from "../../../src/SystemEvent.ts"

type NodeService = Layer.Success<ReturnType<typeof programLayers>> | Store

/** One node of a fleet: its own store, the programs and the cache that it shares. */
export interface FleetNode {
  readonly run: <A, E>(effect: Effect.Effect<A, E, NodeService>) => Promise<A>
  readonly programs: ProgramStore["Service"]
  /** What it reported, in order. */
  readonly facts: ReadonlyArray<SystemFact>
  readonly stop: () => Promise<void>
}

export const stateFolder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "doubletrack-fleet-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Starts a node in this folder; `url: null` is one that is on its own. */
export const startNode = async (url: string | null, directory = stateFolder()): Promise<FleetNode> => {
  const facts: Array<SystemFact> = []
  const settings = decodeSettings({ nats: { servers: url === null ? [] : [url] } })
  const runtime = ManagedRuntime.make(
    programLayers(settings).pipe(
      Layer.provideMerge(Store.layer(directory)),
      Layer.provideMerge(NodeServices.layer),
      Layer.provideMerge(
        Layer.succeed(SystemFactRecorder, { record: (fact) => Effect.sync(() => void facts.push(fact)) }),
      ),
    ),
  )
  onTestFinished(() => runtime.dispose())
  if (url !== null) await runtime.runPromise(Effect.flatMap(Nats, ({ connected }) => connected))
  return {
    run: (effect) => runtime.runPromise(effect),
    programs: await runtime.runPromise(ProgramStore),
    facts,
    stop: () => runtime.dispose(),
  }
}

/** Asks again and again until the answer is as wanted. */
export const eventually = async <A>(
  ask: () => Promise<A>,
  wanted: (answer: A) => boolean,
  { patienceMs = 15_000 }: { readonly patienceMs?: number } = {},
): Promise<A> => {
  const giveUpAt = Date.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (wanted(answer)) return answer
    if (Date.now() > giveUpAt) throw new Error(`still ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
