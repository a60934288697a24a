import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

// Public data sets beside a checkout of the repository; a user's machine may lack them.
const folder = fileURLToPath(new URL("../../../../shared/data/", import.meta.url))
export const hasPublicData = existsSync(folder)
if (!hasPublicData) console.log("skipped: the data sets under ../shared/data are absent")

export interface LabelledText {
  readonly input: string
  readonly label: string
}

export const publicRows = (file: string): ReadonlyArray<LabelledText> =>
  hasPublicData
    ? readFileSync(`${folder}${file}`, "utf8")
        .trim()
        .split("\n")
        .map((line) => {
          const { input, label } = JSON.parse(line)
          return { input, label }
        })
    : []

/** At most `count` rows, evenly spread over the file, which may be sorted by label. */
export const spread = <Row>(all: ReadonlyArray<Row>, count: number): ReadonlyArray<Row> =>
  all.filter((_, at) => at % Math.ceil(all.length / count) === 0)
