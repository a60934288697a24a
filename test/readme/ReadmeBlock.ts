/** One fenced block of a Markdown text. */
export interface ReadmeBlock {
  /** First word behind the fence; `""` when there is none. */
  readonly language: string
  /**
   * The words behind the language. `no-run`: a program that is only type-checked; `fragment`: not a whole
   * workflow; `broken`: an invalid one.
   */
  readonly flags: ReadonlyArray<string>
  /** The file that a reader is asked to save the block as, from a word `file=…`. */
  readonly file?: string
  readonly text: string
  /** Line of the opening fence, from 1. */
  readonly line: number
}

/** One command of a shell block. */
export interface ReadmeCommand {
  readonly command: string
  /** 0, unless the line ends with `# exit status N`. */
  readonly exitStatus: number
}

/** Why a command of the README is not run by the test; the first word or words decide. */
const notRun: Readonly<Record<string, string>> = {
  "git clone": "the test runs in a copy of this checkout",
  "cd ": "the test is already there",
  "npm ci": "the copy shares the installed packages",
  "npm install": "needs a registry",
  "npm test": "runs this test",
  "npm run check": "runs this test; `.ci/run` runs it",
  "docker ": "needs a container engine",
}

export const readmeBlocks = (markdown: string): ReadonlyArray<ReadmeBlock> => {
  const blocks: Array<ReadmeBlock> = []
  const lines = markdown.split("\n")
  for (let index = 0; index < lines.length; index++) {
    const [fence, ticks = "", info = ""] = /^(`{3,})\s*(.*)$/.exec(lines[index] ?? "") ?? []
    if (fence === undefined) continue
    const end = lines.findIndex((line, at) => at > index && line.trimEnd() === ticks)
    if (end === -1) throw new Error(`line ${index + 1}: the block is never closed`)
    const [language = "", ...words] = info.split(/\s+/)
    const file = words.find((word) => word.startsWith("file="))?.slice("file=".length)
    blocks.push({
      language,
      flags: words.filter((word) => !word.startsWith("file=")),
      ...(file === undefined ? {} : { file }),
      text: lines.slice(index + 1, end).join("\n"),
      line: index + 1,
    })
    index = end
  }
  return blocks
}

/** The commands of a shell block that the test runs: one for each line, `\` continues a line. */
export const commandsOf = ({ text }: ReadmeBlock): ReadonlyArray<ReadmeCommand> =>
  text
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .filter((line) => !Object.keys(notRun).some((start) => `${line} `.startsWith(start)))
    .map((line) => {
      const [, command = line, exitStatus = "0"] = /^(.*?)\s+# exit status (\d+)$/.exec(line) ?? []
      return { command, exitStatus: Number(exitStatus) }
    })

/**
 * The lines of a documented output that the real one lacks, in order. Times, ids, dates and the width of gaps
 * may differ, and `…` alone on a line stands for any lines.
 */
export const missingLines = (documented: string, printed: string): ReadonlyArray<string> => {
  const remaining = comparable(printed)
  return comparable(documented)
    .filter((line) => line !== "…")
    .filter((line) => {
      const at = remaining.indexOf(line)
      if (at !== -1) remaining.splice(0, at + 1)
      return at === -1
    })
}

/** The ids of programs in a text, each once, in the order in which they come first. */
export const programIds = (text: string): ReadonlyArray<string> => [...new Set(text.match(/\bprog-[0-9a-f]{16}\b/g))]

const comparable = (text: string) =>
  text
    .split("\n")
    .map((line) =>
      line
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
        .replaceAll(/\b\d+(?:\.\d+)? ?(?:ms|s|min)\b/g, "<duration>")
        .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d\b/g, "<time>")
        .replaceAll(/\b[0-9A-HJKMNP-TV-Z]{26}\b|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\bprog-[0-9a-f]{16}\b/g, "<id>")
        .replaceAll(/[ \t]+/g, " ")
        .trim(),
    )
    .filter((line) => line !== "")
