import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { version } from "../src/version.ts"

test("the version that the command prints is the one that is published", () => {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))

  expect(version).toBe(manifest.version)
})
