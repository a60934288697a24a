import type { SettingsSource } from "./SettingsSource.ts"

/** The environment variables that say a setting, and the key of `Settings` that each stands for. */
export const settingVariables: ReadonlyArray<SettingVariable> = [
  { name: "DOUBLETRACK_MODEL", path: ["model"], kind: "text" },
  { name: "DOUBLETRACK_CLAUDE_MODEL", path: ["models", "claude"], kind: "text" },
  { name: "DOUBLETRACK_GEMINI_MODEL", path: ["models", "gemini"], kind: "text" },
  { name: "DOUBLETRACK_ANTHROPIC_BASE_URL", path: ["baseUrls", "anthropic"], kind: "text" },
  { name: "DOUBLETRACK_GOOGLE_BASE_URL", path: ["baseUrls", "google"], kind: "text" },
  { name: "DOUBLETRACK_OPENAI_BASE_URL", path: ["baseUrls", "openai"], kind: "text" },
  { name: "DOUBLETRACK_STATE", path: ["state"], kind: "text" },
  { name: "DOUBLETRACK_OUTPUT_DIR", path: ["outputDir"], kind: "text" },
  { name: "DOUBLETRACK_FORCE", path: ["force"], kind: "text" },
  { name: "DOUBLETRACK_SEED", path: ["seed"], kind: "number" },
  { name: "DOUBLETRACK_STEP_TIMEOUT_MS", path: ["stepTimeoutMs"], kind: "number" },
  { name: "DOUBLETRACK_MODEL_TIMEOUT_MS", path: ["modelTimeoutMs"], kind: "number" },
  { name: "DOUBLETRACK_MODEL_RETRIES", path: ["modelRetries"], kind: "number" },
  // As NATS's own tools call them.
  { name: "NATS_URL", path: ["nats", "servers"], kind: "list" },
  { name: "NATS_CREDS", path: ["nats", "credentialsFile"], kind: "text" },
  { name: "NATS_NKEY", path: ["nats", "nkeySeedFile"], kind: "text" },
  { name: "NATS_TOKEN", path: ["nats", "token"], kind: "text" },
  { name: "NATS_USER", path: ["nats", "user"], kind: "text" },
  { name: "NATS_PASSWORD", path: ["nats", "password"], kind: "text" },
]

export interface SettingVariable {
  readonly name: string
  readonly path: readonly [key: string, name?: string]
  /** A list is written with commas. */
  readonly kind: "text" | "number" | "list"
}

export type Environment = Readonly<Record<string, string | undefined>>

/** The settings that an environment says. A variable that is set to nothing says nothing. */
export const fromEnvironment = (environment: Environment): SettingsSource => {
  const values: Record<string, unknown> = {}
  for (const { name, path, kind } of settingVariables) {
    const text = environment[name]?.trim()
    if (text === undefined || text === "") continue
    const [key, inner] = path
    const value = kind === "number" ? numberOrText(text) : kind === "list" ? listOf(text) : text
    values[key] = inner === undefined ? value : { ...recordOf(values[key]), [inner]: value }
  }
  return {
    values,
    origin: (path) => variableOf(path)?.name ?? "environment",
    place: (path) => ({ file: variableOf(path)?.name ?? "environment", line: 1, column: 1 }),
    lines: false,
  }
}

export const listOf = (text: string): ReadonlyArray<string> =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")

/** Text that is no number stays text, so that decoding can say what was expected. */
const numberOrText = (text: string): number | string => {
  const number = Number(text)
  return Number.isNaN(number) ? text : number
}

const variableOf = (path: ReadonlyArray<string>): SettingVariable | undefined =>
  settingVariables.find((variable) => variable.path.every((key, index) => key === path[index]))

const recordOf = (value: unknown): object => (typeof value === "object" && value !== null ? value : {})
