const codes = { green: 32, red: 31, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const

/** Colours a text for a terminal, or leaves it as it is. */
export type Paint = (color: keyof typeof codes, text: string) => string

export const paintColors: Paint = (color, text) => `\u001B[${codes[color]}m${text}\u001B[0m`

export const paintNothing: Paint = (_color, text) => text

/** Colours on a terminal, unless `NO_COLOR` is set (https://no-color.org) or the terminal is dumb. */
export const paintFor = (output: {
  readonly isTerminal: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
}): Paint =>
  output.isTerminal && !output.environment.NO_COLOR && output.environment.TERM !== "dumb" ? paintColors : paintNothing
