/** As many keys are remembered. */
const most = 10_000

/** Keys under which nothing was found a moment ago. */
export const absentKeys = (rememberedMs: number) => {
  const untilMs = new Map<string, number>()
  let removals = 0
  return {
    /** To be called before looking: what is put in the meantime may be missed by looking. */
    begin: (): number => removals,
    add: (key: string, nowMs: number, begun: number): void => {
      if (begun !== removals) return
      untilMs.delete(key)
      untilMs.set(key, nowMs + rememberedMs)
      const [oldest] = untilMs.keys()
      if (untilMs.size > most && oldest !== undefined) untilMs.delete(oldest)
    },
    remove: (key: string): void => {
      removals += 1
      untilMs.delete(key)
    },
    has: (key: string, nowMs: number): boolean => (untilMs.get(key) ?? 0) > nowMs,
  }
}
