import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import type * as Scope from "effect/Scope"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { OptimizationQueue } from "../../../../src/services/optimization/queue/OptimizationQueue.ts"
import type { OptimizationRequest } from "../../../../src/services/optimization/queue/QueuedOptimization.ts"
import { Store } from "../../../../src/services/store/Store.ts"

export type Queue = OptimizationQueue["Service"]

export const hourMs = 3_600_000

export const wanted = (given: Partial<OptimizationRequest> = {}): OptimizationRequest => ({
  workflow: { name: "colours", file: "/pipelines/colours.yaml" },
  step: "sort",
  signatureHash: "abc",
  why: "no_program",
  ...given,
})

export const stateDirectory = (): string => {
  const path = mkdtempSync(join(tmpdir(), "doubletrack-queue-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** The queue as one process has it. */
export const queueIn = (directory: string): Effect.Effect<Queue, never, Scope.Scope> =>
  Effect.map(
    Layer.build(OptimizationQueue.layer.pipe(Layer.provide(Store.layer(directory)), Layer.provide(NodeServices.layer))),
    Context.get(OptimizationQueue),
  )

/** On a clock that stands still until it is told to move. */
export const atStandstill = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>): Promise<A> =>
  Effect.runPromise(Effect.scoped(Effect.provide(effect, TestClock.layer())))
