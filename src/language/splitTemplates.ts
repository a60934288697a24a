/** A stretch of literal text, or what stands between `{{` and `}}`. `start` is its offset in the text. */
export interface TemplatePiece {
  readonly kind: "text" | "template"
  /** As written, braces included. */
  readonly source: string
  /** Without the braces. */
  readonly body: string
  readonly start: number
}

/**
 * Cuts a text into literal stretches and templates, in one pass. A template holds at least one
 * character and no `}`; a `{{` that is never closed is text.
 */
export const splitTemplates = (text: string): ReadonlyArray<TemplatePiece> => {
  const pieces: Array<TemplatePiece> = []
  let done = 0
  let from = 0
  for (;;) {
    const open = text.indexOf("{{", from)
    const close = open < 0 ? -1 : text.indexOf("}", open + 2)
    if (close < 0) break
    if (close === open + 2 || text.charAt(close + 1) !== "}") {
      from = close + 1
      continue
    }
    if (open > done) pieces.push(literal(text, done, open))
    done = close + 2
    from = done
    pieces.push({ kind: "template", source: text.slice(open, done), body: text.slice(open + 2, close), start: open })
  }
  if (done < text.length || pieces.length === 0) pieces.push(literal(text, done, text.length))
  return pieces
}

const literal = (text: string, start: number, end: number): TemplatePiece => {
  const source = text.slice(start, end)
  return { kind: "text", source, body: source, start }
}
