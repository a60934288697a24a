import { execFileSync, spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import process from "node:process"
import { describe, test } from "vitest"

/** The server's program; or why there is none. */
export type NatsProgram = { readonly path: string; readonly version: string } | { readonly missing: string }

/** `NATS_SERVER`, else what is on the path, else Debian's, which is installed where that is allowed. */
const findProgram = (): NatsProgram => {
  const given = process.env.NATS_SERVER
  if (given !== undefined && given !== "")
    return programAt(given) ?? missing(`NATS_SERVER is ${given}, which does not run`)
  return onPath() ?? installed()
}

const onPath = (): NatsProgram | undefined =>
  ["nats-server", "/usr/sbin/nats-server", "/usr/local/bin/nats-server"]
    .map(programAt)
    .find((found) => found !== undefined)

const programAt = (path: string): NatsProgram | undefined => {
  const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8" })
  const version = /v(\d+\.\d+\.\d+)/.exec(stdout ?? "")?.[1]
  return status === 0 && version !== undefined ? { path, version } : undefined
}

const installed = (): NatsProgram => {
  const advice = "install it (Debian: apt-get install nats-server), or name it in NATS_SERVER"
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return missing(`there is no nats-server; ${advice}`)
  try {
    const options = {
      stdio: "ignore",
      timeout: 120_000,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    } as const
    execFileSync("apt-get", ["install", "--yes", "--no-install-recommends", "nats-server"], options)
  } catch {
    return missing(`there is no nats-server, and apt-get does not install it; ${advice}`)
  }
  return onPath() ?? missing(`there is no nats-server; ${advice}`)
}

const missing = (reason: string): NatsProgram => {
  console.warn(`The tests with NATS are skipped: ${reason}`)
  return { missing: reason }
}

export const natsProgram = findProgram()

/** Tests that need a server: skipped where there is none, which in CI is a failure. */
export const describeWithNats: (name: string, tests: () => void) => void = (name, tests) => {
  if (!("missing" in natsProgram)) return describe(name, tests)
  if (process.env.CI === "true")
    return test(`${name} finds a server`, () => Promise.reject(new Error(natsProgram.missing)))
  describe.skip(name, tests)
}
