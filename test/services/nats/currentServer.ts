import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const folder = fileURLToPath(new URL("../../../node_modules/.cache/nats-server", import.meta.url))

/** The latest release of the server, built by the Go toolchain; or why it cannot be had. */
export const currentServer = (): { readonly path: string } | { readonly missing: string } => {
  const env = { ...process.env, GOBIN: folder, GOFLAGS: "-modcacherw" }
  const { status, error, stderr } = spawnSync("go", ["install", "github.com/nats-io/nats-server/v2@latest"], {
    env,
    encoding: "utf8",
    timeout: 600_000,
  })
  if (status === 0) return { path: join(folder, "nats-server") }
  const why = error === undefined ? stderr.trim().split("\n").at(-1) : error.message
  return { missing: `no current nats-server can be built with Go: ${why}` }
}
