import { existsSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { examinationText } from "../../src/cli/doctor.ts"
import { doubletrack, folder } from "./commandLine.ts"

test("says what is here, and changes nothing", async () => {
  const cwd = folder()

  const { status, stdout } = await doubletrack(["doctor"], { cwd })

  expect(status).toBe(0)
  expect(stdout).toMatch(/^✓ node +\d+\./m)
  expect(stdout).toMatch(/^✓ store +\.doubletrack: is made when it is needed$/m)
  expect(stdout).toMatch(/^✓ claude +offline\/in-context \(no key is set\)$/m)
  expect(stdout).toMatch(/^· anthropic +no key: set ANTHROPIC_API_KEY$/m)
  expect(existsSync(join(cwd, ".doubletrack"))).toBe(false)
})

test("--json names each setting's origin and the variables of keys, never their values", async () => {
  const cwd = folder({
    "doubletrack.config.json": `{ "endpoints": { "local": { "baseUrl": "http://me:secret@127.0.0.1:1/v1", "apiKeyEnv": "LOCAL_KEY" } } }`,
  })

  const { status, stdout } = await doubletrack(["doctor", "--json", "--seed", "7"], {
    cwd,
    env: {
      OPENAI_API_KEY: "the-secret",
      LOCAL_KEY: "the-secret",
      DOUBLETRACK_MODEL_RETRIES: "1",
      DOUBLETRACK_MODLE: "x",
    },
  })

  const examination = JSON.parse(stdout)
  expect(status).toBe(0)
  expect(stdout).not.toMatch(/the-secret|me:secret/)
  expect(examination).toMatchObject({
    ok: true,
    config: "doubletrack.config.json",
    store: { directory: ".doubletrack", exists: false, writable: true },
    warnings: [`DOUBLETRACK_MODLE is set but is no setting; did you mean DOUBLETRACK_MODEL?`],
  })
  expect(examination.keys).toContainEqual({ provider: "openai", variables: ["OPENAI_API_KEY"], set: "OPENAI_API_KEY" })
  expect(examination.keys).toContainEqual({ provider: "local", variables: ["LOCAL_KEY"], set: "LOCAL_KEY" })
  expect(examination.settings).toContainEqual({ key: "seed", value: 7, origin: "given" })
  expect(examination.settings).toContainEqual({ key: "modelRetries", value: 1, origin: "DOUBLETRACK_MODEL_RETRIES" })
  expect(examination.settings).toContainEqual(
    expect.objectContaining({ key: "endpoints.local", origin: "doubletrack.config.json" }),
  )
})

test("what is needed and broken gives 1", async () => {
  const { status, stdout } = await doubletrack(["doctor", "--state", "taken", "--model", "openai/gpt-5-mini"], {
    cwd: folder({ taken: "a file" }),
  })

  expect(status).toBe(1)
  expect(stdout).toMatch(/^✗ store +taken: cannot be written; choose another with --state$/m)
  expect(stdout).toMatch(/^✗ claude +.*OPENAI_API_KEY/m)
})

test("a store that is damaged gives 1, and says what to do", async () => {
  const cwd = folder({ "doubletrack.db": "this is no database, and long enough to be taken for one" })

  const { status, stdout } = await doubletrack(["doctor", "--state", "."], { cwd })

  expect(status).toBe(1)
  expect(stdout).toMatch(/^✗ store +The store "doubletrack\.db" is damaged\. Restore it/m)
})

test("a Node that is too old is marked", () => {
  const text = examinationText({
    ok: false,
    node: { version: "20.1.0", needed: ">=22.19", ok: false },
    store: { directory: "s", exists: true, writable: true, problem: null },
    nats: null,
    config: null,
    settings: [],
    keys: [],
    models: [],
    warnings: [],
  })

  expect(text).toMatch(/^✗ node +20\.1\.0 \(needed >=22\.19\)$/m)
})
