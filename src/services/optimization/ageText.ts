/** In its largest unit: `3 h`. */
export const ageText = (ms: number): string => {
  const [unit, length] = units.find(([, each]) => ms >= each) ?? ["s", 1000]
  return `${Math.floor(ms / length)} ${unit}`
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const
