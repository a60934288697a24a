import * as NodeServices from "@effect/platform-node/NodeServices"
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { formatProblem } from "../../../src/Problem.ts"
import { type CheckOptions, type LoadOptions, Workflows } from "../../../src/services/workflows/Workflows.ts"
import type { LoadedWorkflow } from "../../../src/Workflow.ts"

/** What `validate` says of a file with this text: one line a problem, then the verdict. */
export const said = async (text: string, options: CheckOptions = {}): Promise<string> => {
  const { valid, problems } = await inMemory(text, (workflows) => workflows.check("p.yaml", options))
  return ["", ...problems.map(formatProblem), valid ? "valid" : "invalid"].join("\n")
}

export const checked = (text: string, options: CheckOptions = {}) =>
  inMemory(text, (workflows) => workflows.check("p.yaml", options))

export const loaded = (text: string, options: LoadOptions = {}): Promise<LoadedWorkflow> =>
  inMemory(text, (workflows) => workflows.load("p.yaml", options))

/** The workflow service over one file in memory. */
export const inMemory = <A, E>(
  text: string,
  use: (workflows: Workflows["Service"]) => Effect.Effect<A, E>,
): Promise<A> =>
  Effect.runPromise(Workflows.use(use).pipe(Effect.provide(Layer.provide(Workflows.layer, holding(text)))))

/** The workflow service over the files of this machine. */
export const onDisk = <A, E>(use: (workflows: Workflows["Service"]) => Effect.Effect<A, E>): Promise<A> =>
  Effect.runPromise(Workflows.use(use).pipe(Effect.provide(Layer.provide(Workflows.layer, NodeServices.layer))))

const holding = (text: string) => {
  const bytes = new TextEncoder().encode(text)
  return Layer.merge(
    FileSystem.layerNoop({
      readFile: () => Effect.succeed(bytes),
      stat: () => Effect.succeed(fileOf(bytes.length)),
    }),
    Path.layer,
  )
}

const fileOf = (size: number): FileSystem.File.Info => ({
  type: "File",
  size: ByteSize.bytes(size),
  dev: 0n,
  mode: 0o644,
  mtime: Option.none(),
  atime: Option.none(),
  birthtime: Option.none(),
  ino: Option.none(),
  nlink: Option.none(),
  uid: Option.none(),
  gid: Option.none(),
  rdev: Option.none(),
  blksize: Option.none(),
  blocks: Option.none(),
})
