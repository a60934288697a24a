const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** `90s`, `10m`, `1.5h`, `500ms` in milliseconds; seconds without a unit; null for anything else. */
export const parseDuration = (text: string): number | null => {
  const [, number, unit = "s"] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)?\s*$/i.exec(text) ?? []
  const unitMs = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined
  return number === undefined || unitMs === undefined ? null : Number(number) * unitMs
}
