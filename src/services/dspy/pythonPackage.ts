import { fileURLToPath } from "node:url"

const folder = fileURLToPath(new URL("../../../python", import.meta.url))

/** The Python side, as it lies in a checkout and in the published package alike. */
export const pythonPackage = {
  /** What `PYTHONPATH` has to name. */
  folder,
  requirements: fileURLToPath(new URL("../../../python/requirements.txt", import.meta.url)),
} as const
