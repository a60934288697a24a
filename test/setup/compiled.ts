import { fileURLToPath } from "node:url"

/** Where modules are kept as they were compiled for the processes before: most of what starting one costs. */
export const compiled = fileURLToPath(new URL("../../node_modules/.cache/compiled", import.meta.url))
