import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Tell } from "../../../src/services/dspy/buildVenv.ts"
import { venv } from "../../../src/services/dspy/venv.ts"
import { type StandInPython, standInPython } from "./standInPython.ts"

const setUp = ({ state, environment }: Pick<StandInPython, "state" | "environment">, tell: Tell = () => Effect.void) =>
  Effect.provide(venv({ state, environment }, tell), NodeServices.layer)

describe.skipIf(process.platform === "win32")("the managed Python", () => {
  it.live("is made once, beside its state and nothing else, and told of on the way", () =>
    Effect.gen(function* () {
      const given = standInPython("echo 'Collecting dspy==3.3.1'")
      const told: Array<string> = []

      const python = yield* setUp(given, (note) => Effect.sync(() => told.push(note)))
      const again = yield* setUp(given)

      expect(existsSync(python)).toBe(true)
      expect(again).toBe(python)
      expect(given.calls()).toEqual(["venv", "pip", "load"])
      expect(readdirSync(given.state)).toEqual([expect.stringMatching(/^python-[0-9a-f]{12}$/)])
      expect(told[1]).toMatch(/^installing dspy 3\.3\.1 \(1 of \d+\)$/)
    }),
  )

  it.live("is made by one where several want it at the same time", () =>
    Effect.gen(function* () {
      const given = standInPython("sleep 0.3")

      const pythons = yield* Effect.all([setUp(given), setUp(given), setUp(given)], { concurrency: 3 })

      expect(new Set(pythons).size).toBe(1)
      expect(given.calls()).toEqual(["venv", "pip", "load"])
    }),
  )

  it.live("is made anew where its Python is gone, over what a killed process has left", () =>
    Effect.gen(function* () {
      const given = standInPython()
      const python = yield* setUp(given)
      const folder = dirname(dirname(python))
      rmSync(python)
      mkdirSync(`${folder}.building-7/bin`, { recursive: true })
      writeFileSync(`${folder}.lock`, "")
      utimesSync(`${folder}.lock`, 0, 0)

      const again = yield* setUp(given)

      expect(existsSync(again)).toBe(true)
      expect(readdirSync(given.state)).toHaveLength(1)
    }),
  )

  it.live("leaves nothing behind where it is interrupted", () =>
    Effect.gen(function* () {
      const given = standInPython("echo 'Collecting dspy'; sleep 60")
      const installing = yield* Deferred.make<void>()
      const making = yield* Effect.forkChild(
        setUp(given, (note) => (note.startsWith("installing") ? Deferred.succeed(installing, undefined) : Effect.void)),
      )
      yield* Deferred.await(installing)

      yield* Fiber.interrupt(making)

      expect(readdirSync(given.state)).toEqual([])
    }),
  )

  it.live("is unavailable where nothing can be installed, for the reason that pip gave", () =>
    Effect.gen(function* () {
      const given = standInPython("echo 'ERROR: No matching distribution found for dspy==3.3.1' >&2; exit 1")

      const error = yield* Effect.flip(setUp(given))

      expect(error.reason).toBe("dspy_unavailable")
      expect(error.message).toMatch(/No matching distribution found for dspy.*PIP_INDEX_URL.*--engine embedded/)
      expect(readdirSync(given.state)).toEqual([])
    }),
  )

  it.live.each([
    ["there is none on the path", { PATH: "/nowhere" }, /No Python from 3\.11 to 3\.14.*DOUBLETRACK_PYTHON.*embedded/],
    ["the one that is named is none", { PATH: "/bin", DOUBLETRACK_PYTHON: "/bin/false" }, /names \/bin\/false/],
  ] as const)("is unavailable where %s", ([, environment, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(setUp({ state: standInPython().state, environment }))

      expect(error).toMatchObject({ reason: "dspy_unavailable", message: expect.stringMatching(message) })
    }),
  )

  it.live("is unavailable where its directory cannot be made", () =>
    Effect.gen(function* () {
      const given = standInPython()
      writeFileSync(given.state, "a file")

      const error = yield* Effect.flip(setUp(given))

      expect(error).toMatchObject({ reason: "dspy_unavailable", message: expect.stringContaining("--state") })
    }),
  )
})
