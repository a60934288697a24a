/**
 * The sections of a text by name, as DSPy's chat adapter marks them: a line that begins with `[[ ## name ## ]]` opens
 * a section, text before the first is ignored, the first of two with one name wins, and `completed` is no section.
 */
export const markedFields = (text: string): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>()
  let name: string | undefined
  let lines: Array<string> = []
  const close = (): void => {
    if (name !== undefined && name !== "completed" && !fields.has(name)) fields.set(name, lines.join("\n").trim())
  }
  for (const line of text.split(/\r\n|[\r\n]/)) {
    const marker = markerLine.exec(line)
    if (marker === null) {
      lines.push(line)
      continue
    }
    close()
    name = marker[1]
    lines = [marker[2] ?? ""]
  }
  close()
  return fields
}

/** Whether a line of the text opens a section. */
export const hasMarkers = (text: string): boolean => text.split(/[\r\n]/).some((line) => markerLine.test(line))

/** A section as it is written in prompts and answers. */
export const marked = (name: string, value: string): string => `[[ ## ${name} ## ]]\n${value}`

const markerLine = /^\s*\[\[ ## ([\w.-]+) ## \]\](.*)$/
