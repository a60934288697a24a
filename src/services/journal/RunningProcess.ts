import { createHash } from "node:crypto"
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"
import process from "node:process"
import { threadId } from "node:worker_threads"
import * as Schema from "effect/Schema"

/** A process that has runs under way. */
export const RunningProcess = Schema.Struct({
  /** Who it is; never the same twice. */
  token: Schema.String,
  host: Schema.String,
  pid: Schema.Int,
  /** Where a pid names one process: a machine since its last start, and a container in it. */
  place: Schema.String,
  /** When the process began, as the system counts; null where it does not say. */
  bornAt: Schema.NullOr(Schema.String),
  /** Until when its runs are its own, in ms since 1970; renewed while it works. */
  leaseUntilMs: Schema.Finite,
})
export type RunningProcess = typeof RunningProcess.Type

/** This process, as the others are told of it; somebody new with each call. */
export const ownProcess = (nowMs: number): Omit<RunningProcess, "leaseUntilMs"> => {
  const bornAt = birthOf(process.pid)
  const token = [place(), process.pid, bornAt ?? nowMs, threadId, ++made].join("-")
  return { token, host: hostname(), pid: process.pid, place: place(), bornAt }
}

let made = 0

/**
 * Whether nobody is at its runs any more. In the same place the system knows, be the process hung or new under an old
 * number; of other machines only the lease can tell.
 */
export const isGone = (other: RunningProcess, nowMs: number): boolean => {
  if (other.place !== place()) return other.leaseUntilMs < nowMs
  if (!isAlive(other.pid)) return true
  const born = birthOf(other.pid)
  return born === null || other.bornAt === null ? other.leaseUntilMs < nowMs : born !== other.bornAt
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM"
  }
}

const place = (): string =>
  createHash("sha256")
    .update(JSON.stringify([hostname(), read("/proc/sys/kernel/random/boot_id"), pidNamespace()]))
    .digest("hex")
    .slice(0, 16)

/** The 22nd field of Linux's `stat`; the second one, a name in parentheses, may hold anything. */
const birthOf = (pid: number): string | null => {
  const stat = read(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null
}

const pidNamespace = (): string | null => orNull(() => readlinkSync("/proc/self/ns/pid"))

const read = (file: string): string | null => orNull(() => readFileSync(file, "utf8"))

const orNull = <A>(look: () => A): A | null => {
  try {
    return look()
  } catch {
    return null
  }
}
