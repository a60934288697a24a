import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"

/** A disk of its own that can be filled and emptied; null where this user may not mount one. */
export const mountDisk = (folder: string, sizeKb: number) => {
  if (process.getuid?.() !== 0) return null
  const disk = join(folder, "disk")
  mkdirSync(disk, { recursive: true })
  if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${sizeKb}k`, "tmpfs", disk]).status !== 0) return null
  const filler = join(disk, "filler")
  return {
    store: join(disk, "state"),
    fill: () => {
      for (const size of [65_536, 4096]) {
        try {
          for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: "a" })
        } catch {
          // There is no room left for a piece of this size.
        }
      }
    },
    free: () => rmSync(filler, { force: true }),
    unmount: () => void spawnSync("umount", ["-l", disk]),
  }
}

/** Said where there is none. */
export const noDisk = "no tmpfs can be mounted here: what needs a full disk is left out"
