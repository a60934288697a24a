import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { rules, wiring } from "./architecture/rules.ts"
import { readSourceTree } from "./architecture/SourceTree.ts"
import { privateText } from "./architecture/privateText.ts"
import { undocumentedDependencies } from "./architecture/undocumentedDependencies.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const read = (path: string) => readFileSync(join(root, path), "utf8")

describe("src", () => {
  const tree = readSourceTree(join(root, "src"))

  test.each(rules)("$title", ({ violations }) => {
    expect(violations(tree)).toEqual([])
  })

  test("every wiring file is there", () => {
    expect([...wiring].filter((path) => !tree.has(path))).toEqual([])
  })
})

describe("the repository", () => {
  test.skipIf(!existsSync(join(root, ".git")))("tracked files hold no machine's paths and no secrets", () => {
    const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean)

    const violations = tracked
      .filter((path) => path !== "package-lock.json" && existsSync(join(root, path)))
      .flatMap((path) => privateText(path, read(path)))

    expect(violations).toEqual([])
  })

  test("every dependency has its line in CONTRIBUTING.md", () => {
    expect(undocumentedDependencies(read("package.json"), read("CONTRIBUTING.md"))).toEqual([])
  })
})
