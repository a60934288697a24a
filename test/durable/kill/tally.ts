import { appendFileSync } from "node:fs"
import { join } from "node:path"
import type { OwnStepType } from "../../../src/index.ts"

/** A step that leaves a line in a file each time that it is carried out. */
export const tally = (folder: string): OwnStepType => ({
  type: "tally",
  run: async ({ inputs }) => {
    appendFileSync(join(folder, "tally.txt"), `${String(inputs["topic"])}\n`)
    return "tallied"
  },
})
