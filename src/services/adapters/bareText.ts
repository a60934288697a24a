/** A text without what models wrap around a short answer: spaces, quotes, emphasis, backticks, a full stop at its end. */
export const bareText = (text: string): string => {
  let bare = text.trim()
  for (let round = 0; round < maxLayers; round++) {
    const inner = withoutLayer(bare)
    if (inner === bare) return bare
    bare = inner
  }
  return bare
}

/** A text without the quotes around the whole of it; a JSON string is decoded. */
export const unquoted = (text: string): string => {
  const trimmed = text.trim()
  if (/^"[^"\\\n]*(?:\\.[^"\\\n]*)*"$/.test(trimmed)) return decoded(trimmed)
  const wrapped = /^(?:'([^'\n]*)'|“([^“”]*)”|‘([^‘’]*)’)$/.exec(trimmed)
  return wrapped?.slice(1).find((inner) => inner !== undefined) ?? trimmed
}

const withoutLayer = (text: string): string => {
  const inner = /^(\*\*|__|[*_`])([^*_`]+)\1$/.exec(text)?.[2]
  return (inner ?? unquoted(text)).replace(/[.。]$/, "").trim()
}

const decoded = (literal: string): string => {
  try {
    return String(JSON.parse(literal))
  } catch {
    return literal.slice(1, -1)
  }
}

const maxLayers = 5
