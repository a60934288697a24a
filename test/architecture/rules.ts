import { basename } from "node:path/posix"
import type { Finding, Import, SourceFile } from "./SourceFile.ts"
import { folderOf, loadedBy, type SourceTree } from "./SourceTree.ts"

/** One rule about `src`: every violation as a line that says where and what. */
export interface Rule {
  readonly title: string
  readonly violations: (tree: SourceTree) => ReadonlyArray<string>
}

/** The files at the root of `src` that put folders together. Every other file there is a noun. */
export const wiring: ReadonlySet<string> = new Set([
  "ActorHost.ts",
  "BackgroundOptimization.ts",
  "Breakers.ts",
  "Doubletrack.ts",
  "DoubletrackOptions.ts",
  "DoubletrackService.ts",
  "EventStream.ts",
  "EvidenceLog.ts",
  "LongWork.ts",
  "Run.ts",
  "RunLog.ts",
  "Runs.ts",
  "askedStep.ts",
  "changesSince.ts",
  "checkExpected.ts",
  "checkResume.ts",
  "cacheMethods.ts",
  "checkRunOptions.ts",
  "collectContent.ts",
  "describeModels.ts",
  "eventMethods.ts",
  "experimentMethods.ts",
  "foldStepOf.ts",
  "gatherFacts.ts",
  "giveFeedback.ts",
  "index.ts",
  "layers.ts",
  "learnFromStep.ts",
  "liveEvents.ts",
  "longWorkMethods.ts",
  "missingInputsText.ts",
  "monitor.ts",
  "openBackground.ts",
  "openFleet.ts",
  "openRuntime.ts",
  "prepareResume.ts",
  "prepareRun.ts",
  "programLayers.ts",
  "promoteProgram.ts",
  "rollBackProgram.ts",
  "readiness.ts",
  "readyRun.ts",
  "refused.ts",
  "rescueOptimized.ts",
  "resumeInterrupted.ts",
  "runEffect.ts",
  "runMethods.ts",
  "runTrack.ts",
  "runTracks.ts",
  "runtime.ts",
  "stamps.ts",
  "startPipeline.ts",
  "summarizeRuns.ts",
  "stepActors.ts",
  "typedStep.ts",
  "workRuns.ts",
  "workMethods.ts",
  "hindrance.ts",
  "followRun.ts",
  "carryOut.ts",
  "cancelledRun.ts",
  "RunWorker.ts",
])

/** Modules of `effect` that hold values and touch nothing. */
const effectData = new Set(
  (
    "Array BigDecimal Brand Cause Combiner Data DateTime Duration Equal Equivalence Exit Filter Function HashMap HashSet " +
    "JsonPointer Match Number Option Order Predicate Record Redacted Result Schema SchemaGetter SchemaIssue SchemaParser " +
    "SchemaTransformation String Struct Tuple Types"
  )
    .split(" ")
    .map((name) => `effect/${name}`),
)

export const rules: ReadonlyArray<Rule> = [
  importRule("machines, streams and services never import one another", (file, { target }) => {
    const rooms = ["machines", "streams", "services"]
    return rooms.includes(folderOf(file.path)) && rooms.includes(folderOf(target)) && !sameFolder(file, target)
  }),
  importRule("machines import xstate, nouns, the language and values of effect", (file, imported) =>
    outside(file, imported, { folder: "machines", folders: ["language"], packages: ["xstate", ...effectData] }),
  ),
  importRule("streams import rxjs, nouns, statistics and values of effect", (file, imported) =>
    outside(file, imported, { folder: "streams", folders: ["statistics"], packages: ["rxjs", ...effectData] }),
  ),
  importRule("the language imports nouns and values of effect", (file, imported) =>
    outside(file, imported, { folder: "language", folders: [], packages: [...effectData] }),
  ),
  importRule("statistics import nouns", (file, imported) =>
    outside(file, imported, { folder: "statistics", folders: [], packages: [] }),
  ),
  importRule(
    "services import no command, page or wiring",
    (file, { target }) => isIn(file, "services") && (["cli", "web"].includes(folderOf(target)) || wiring.has(target)),
  ),
  importRule("nouns import nouns, effect and hashes", (file, { specifier, target }) => {
    if (!isNoun(file.path)) return false
    return isLocal(specifier) ? !isNoun(target) : !["effect", "node:crypto"].includes(target)
  }),
  importRule(
    "xstate is imported by machines, testing and wiring",
    (file, { target }) => target === "xstate" && !isIn(file, "machines", "testing") && !wiring.has(file.path),
  ),
  importRule(
    "rxjs is imported by streams, testing and wiring",
    (file, { target }) => target === "rxjs" && !isIn(file, "streams", "testing") && !wiring.has(file.path),
  ),
  importRule(
    "fast-check is imported by testing",
    (file, { target }) => target === "fast-check" && !isIn(file, "testing"),
  ),
  importRule("testing imports no command and no page, and nothing imports testing", (file, { target }) =>
    isIn(file, "testing") ? ["cli", "web"].includes(folderOf(target)) : folderOf(target) === "testing",
  ),
  {
    title: "NATS is named in one folder of services",
    violations: (tree) => {
      const naming = [...tree.values()].flatMap((file) =>
        file.imports.filter(({ target }) => target === "nats" || target.startsWith("@nats-io/")).map(() => file.path),
      )
      const [room] = naming.filter((path) => /^services\/[^/]+\//.test(path)).map(serviceFolder)
      return naming.filter((path) => serviceFolder(path) !== room).map((path) => `${path} names NATS`)
    },
  },
  importRule(
    "nothing in src imports from outside of src",
    (_file, { specifier, target }) => isLocal(specifier) && target.startsWith(".."),
  ),
  importRule("effect and its platform are imported module by module", (_file, { specifier }) =>
    ["effect", "@effect/platform-node"].includes(specifier),
  ),
  {
    title: "starting the command or importing the package loads no model library",
    violations: (tree) =>
      [...loadedBy(tree, ["cli/main.ts", "index.ts"])]
        .filter((target) => target === "ai" || target.startsWith("@ai-sdk/") || target.startsWith("@pydantic/"))
        .map((target) => `${target} is loaded by ${importersOf(tree, target).join(", ")}; import it lazily`),
  },
  {
    title: "only the package's entries pass on what other files export",
    violations: (tree) =>
      [...tree.values()]
        .filter(({ onlyReExports, path }) => onlyReExports && !["index.ts", "testing/index.ts"].includes(path))
        .map(({ path }) => `${path} only passes on`),
  },
  findingRule("no default exports", "defaultExport"),
  findingRule("no any", "any"),
  findingRule("no type assertions", "assertion"),
  findingRule("no non-null assertions", "nonNull"),
  findingRule("no enums", "enum"),
  findingRule("no check is switched off without a reason", "checkSwitchedOff"),
  findingRule("no work is left for later in comments", "leftForLater"),
  findingRule("time, randomness and ids come from Effect services", "ambientTimeOrRandomness"),
  {
    title: "file names say what is inside",
    violations: (tree) =>
      [...tree.keys()].filter((path) => /^(?:utils?|helpers?|common|misc|managers?|types)\.ts$/i.test(basename(path))),
  },
  {
    title: "no file is longer than 300 lines",
    violations: (tree) =>
      [...tree.values()]
        .filter(({ lineCount }) => lineCount > 300)
        .map(({ path, lineCount }) => `${path} has ${lineCount} lines`),
  },
]

function importRule(title: string, forbidden: (file: SourceFile, imported: Import) => boolean): Rule {
  return {
    title,
    violations: (tree) =>
      [...tree.values()].flatMap((file) =>
        file.imports
          .filter((imported) => forbidden(file, imported))
          .map(({ line, specifier }) => `${file.path}:${line} imports ${specifier}`),
      ),
  }
}

function findingRule(title: string, finding: Finding): Rule {
  return {
    title,
    violations: (tree) =>
      [...tree.values()].flatMap(({ path, found }) => found[finding].map((line) => `${path}:${line}`)),
  }
}

interface Room {
  readonly folder: string
  readonly folders: ReadonlyArray<string>
  /** Package names, or whole specifiers where only some modules of a package may come in. */
  readonly packages: ReadonlyArray<string>
}

const outside = (file: SourceFile, { specifier, target }: Import, room: Room) => {
  if (folderOf(file.path) !== room.folder) return false
  if (!isLocal(specifier)) return !room.packages.includes(target) && !room.packages.includes(specifier)
  return !isNoun(target) && ![room.folder, ...room.folders].includes(folderOf(target))
}

const isLocal = (specifier: string) => specifier.startsWith(".")

const isNoun = (path: string) => folderOf(path) === "" && path.endsWith(".ts") && !wiring.has(path)

const isIn = (file: SourceFile, ...folders: ReadonlyArray<string>) => folders.includes(folderOf(file.path))

const sameFolder = (file: SourceFile, target: string) => folderOf(file.path) === folderOf(target)

const serviceFolder = (path: string) => path.split("/").slice(0, 2).join("/")

const importersOf = (tree: SourceTree, target: string) =>
  [...tree.values()]
    .filter(({ imports }) => imports.some((imported) => imported.target === target && imported.kind === "value"))
    .map(({ path }) => path)
