import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { expect, test } from "vitest"
import { isGone, ownProcess } from "../../../src/services/journal/RunningProcess.ts"

const self = { ...ownProcess(0), leaseUntilMs: 1000 }

test("a process that lives is not gone, however long ago its lease ended", () => {
  expect(isGone(self, 5000)).toBe(!existsSync("/proc/self/stat"))
})

test("a process that has died is gone, however long its lease", async () => {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" })
  const { pid = 0 } = child
  await once(child, "close")

  expect(isGone({ ...self, pid }, 0)).toBe(true)
})

test.runIf(existsSync("/proc/self/stat"))("a process whose number another one has by now is gone", () => {
  expect(isGone({ ...self, bornAt: "1" }, 0)).toBe(true)
})

test("of a process on another machine only the lease tells", () => {
  const elsewhere = { ...self, place: "elsewhere", pid: 1 }

  expect(isGone(elsewhere, 999)).toBe(false)
  expect(isGone(elsewhere, 1001)).toBe(true)
})

test("nobody is somebody else", () => {
  expect(ownProcess(0).token).not.toBe(ownProcess(0).token)
})
