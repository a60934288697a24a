import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Random from "effect/Random"
import { OptimizationError } from "../optimization/Optimizer.ts"
import type { DspyOptions } from "./DspyOptions.ts"
import { pythonPackage } from "./pythonPackage.ts"
import { runPython } from "./runPython.ts"

/** What has been done of setting up, and of how much. */
export type Tell = (note: string) => Effect.Effect<void>

interface Building {
  /** The Python to make it of. */
  readonly base: string
  /** What it is called in the end. */
  readonly folder: string
  readonly pythonInVenv: ReadonlyArray<string>
  /** How many will be installed. */
  readonly packages: number
  readonly environment: DspyOptions["environment"]
  readonly tell: Tell
}

/** Makes a virtual environment under another name, installs the requirements, sees that DSPy loads, and then renames it. */
export const buildVenv = Effect.fnUntraced(function* (
  building: Building,
): Effect.fn.Return<void, OptimizationError | PlatformError, FileSystem.FileSystem | Path.Path | ChildProcessSpawner> {
  const files = yield* FileSystem.FileSystem
  yield* removeLeftovers(building.folder)
  const unfinished = `${building.folder}.building-${yield* Random.nextIntBetween(0, 2 ** 31)}`
  yield* Effect.ensuring(
    Effect.gen(function* () {
      yield* install(building, unfinished)
      yield* files.remove(building.folder, { recursive: true, force: true })
      yield* files.rename(unfinished, building.folder)
    }),
    Effect.ignore(files.remove(unfinished, { recursive: true, force: true })),
  )
})

/** What builders that were killed have left. */
const removeLeftovers = Effect.fnUntraced(function* (folder: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const names = yield* files.readDirectory(path.dirname(folder))
  const leftovers = names.filter((name) => name.startsWith(`${path.basename(folder)}.building-`))
  for (const name of leftovers) yield* files.remove(path.join(path.dirname(folder), name), { recursive: true })
})

const install = Effect.fnUntraced(function* (building: Building, unfinished: string) {
  const { base, pythonInVenv, packages, environment, tell } = building
  const path = yield* Path.Path
  const python = path.join(unfinished, ...pythonInVenv)
  yield* tell(`setting up DSPy in ${building.folder}, once`)
  const made = yield* runPython(base, ["-m", "venv", unfinished], environment)
  if (!made.succeeded) return yield* unavailable(`${base} could not make a virtual environment`, made.said, venvHelp)

  let begun = 0
  const installed = yield* runPython(python, pipInstall, environment, (line) => {
    const name = /^\s*Collecting (\S+)/.exec(line)?.[1]
    if (name === undefined) return Effect.void
    begun += 1
    return tell(`installing ${name.replace("==", " ")} (${begun} of ${packages})`)
  })
  if (!installed.succeeded) return yield* unavailable("DSPy could not be installed", installed.said, pipHelp)

  const loaded = yield* runPython(python, ["-c", "import doubletrack_dspy.compilation"], environment)
  if (!loaded.succeeded) return yield* unavailable("DSPy was installed and does not load", loaded.said, pythonHelp)
  yield* tell("DSPy is set up")
})

const pipInstall = [
  ...["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--retries", "2", "--progress-bar", "off"],
  ...["--no-deps", "-r", pythonPackage.requirements],
]

const unavailable = (what: string, said: string, help: string) =>
  new OptimizationError({
    reason: "dspy_unavailable",
    message: `${what}: ${said || "it said nothing"}. ${help}; or optimize with --engine embedded, which needs no Python.`,
  })

const venvHelp = "Install its venv module (python3-venv on Debian), or name another Python in DOUBLETRACK_PYTHON"
const pipHelp = "Check the network, or name a package index in PIP_INDEX_URL"
const pythonHelp = "Name another Python in DOUBLETRACK_PYTHON"
