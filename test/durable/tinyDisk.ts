import { onTestFinished } from "vitest"
import { mountDisk } from "./mountDisk.ts"

/** A disk for one test; null where this user may not mount one. */
export const tinyDisk = (folder: string, sizeKb: number) => {
  const disk = mountDisk(folder, sizeKb)
  if (disk !== null) onTestFinished(disk.unmount)
  return disk
}
