const escape = "\u001B"
const sequenceOrLine = new RegExp(`(${escape}\\[\\d*[A-Za-z]|\\n)`)

/** As much of a terminal as a redrawn view needs: lines, cursor up, erase below. */
export class TerminalScreen {
  readonly #columns: number
  #rows: Array<string> = [""]
  #cursor = 0
  /** Whether a line was longer than the terminal is wide. */
  wrapped = false

  constructor(columns: number) {
    this.#columns = columns
  }

  /** What stands on it, without colours and without the empty line at the end. */
  get lines(): ReadonlyArray<string> {
    return this.#rows.at(-1) === "" ? this.#rows.slice(0, -1) : this.#rows
  }

  write(text: string): void {
    for (const part of text.split(sequenceOrLine)) {
      if (part.endsWith("A") && part.startsWith("\u001B[")) this.#cursor -= Number(part.slice(2, -1))
      else if (part === "\u001B[0J") this.#rows = [...this.#rows.slice(0, this.#cursor), ""]
      else if (part === "\n") this.#newLine()
      else if (!part.startsWith("\u001B[")) this.#print(part)
    }
  }

  #newLine(): void {
    this.#cursor += 1
    this.#rows[this.#cursor] ??= ""
  }

  #print(text: string): void {
    const row = `${this.#rows[this.#cursor] ?? ""}${text}`
    this.#rows[this.#cursor] = row
    if ([...row].length > this.#columns) this.wrapped = true
  }
}
