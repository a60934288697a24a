import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { consumerProgram, consumerTypeScript } from "./packConsumer.ts"

const root = join(import.meta.dirname, "..")
const scratch = mkdtempSync(join(tmpdir(), "doubletrack-pack-"))
const project = join(scratch, "project")

const environment = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter) }

/** The standard output of a command; what it says on standard error is shown. Throws with its output when it fails. */
const output = (directory: string, command: string, ...args: ReadonlyArray<string>) => {
  const { error, status, stdout } = spawnSync(command, args, {
    cwd: directory,
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  })
  if (status === 0) return stdout
  throw new Error(`${[command, ...args].join(" ")} failed\n${error?.message ?? stdout}`)
}

const expectLine = (printed: string, line: string) => {
  if (!printed.split("\n").some((printedLine) => printedLine.includes(line))) {
    throw new Error(`expected a line with "${line}", got:\n${printed}`)
  }
}

const pack = () => {
  output(root, "npm", "pack", "--silent", "--pack-destination", scratch)
  const tarball = readdirSync(scratch).find((file) => file.endsWith(".tgz"))
  if (tarball === undefined) throw new Error("npm pack wrote no tarball")
  return join(scratch, tarball)
}

const lint = async (tarball: string) => {
  const { buffer } = new Uint8Array(readFileSync(tarball))
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: buffer } })
  if (messages.length > 0) throw new Error(messages.map((message) => formatMessage(message, pkg)).join("\n"))
}

const install = (tarball: string) => {
  mkdirSync(project)
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }))
  output(project, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", tarball)
}

const typeCheck = () => {
  writeFileSync(join(project, "consumer.ts"), consumerProgram)
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(consumerTypeScript))
  output(project, join(root, "node_modules", ".bin", "tsc"), "-p", project)
}

const runCommands = () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  expectLine(output(project, "npm", "exec", "--", "doubletrack", "--version"), version)
  JSON.parse(output(project, "npm", "exec", "--", "doubletrack", "doctor", "--json"))
}

try {
  console.log("npm pack")
  const tarball = pack()
  console.log("publint")
  await lint(tarball)
  console.log("npm install in an empty project")
  install(tarball)
  console.log("type-check a program that imports it")
  typeCheck()
  console.log("run that program")
  expectLine(output(project, "node", "consumer.ts"), "completed")
  console.log("doubletrack --version, doubletrack doctor --json")
  runCommands()
  console.log(`the packed package installs, imports, type-checks and runs on Node ${process.version}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
