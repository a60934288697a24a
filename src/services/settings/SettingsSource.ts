/** One place where settings are said: a file, the environment, or what a program or a command line passed. */
export interface SettingsSource {
  /** As written; not yet decoded. */
  readonly values: unknown
  /** How `doctor` names the place of the value at this path. */
  readonly origin: (path: ReadonlyArray<string>) => string
  /** Where the value at this path, or the nearest thing around it, is written. From 1. */
  readonly place: (path: ReadonlyArray<string>) => {
    readonly file: string
    readonly line: number
    readonly column: number
  }
  /** Whether `place` has a line and a column worth showing. */
  readonly lines: boolean
}

/** What the embedding program or the command line passed. */
export const fromGiven = (values: object): SettingsSource => ({
  values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
  origin: () => "given",
  place: () => ({ file: "settings", line: 1, column: 1 }),
  lines: false,
})
