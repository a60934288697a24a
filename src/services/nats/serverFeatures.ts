/** What later servers can do, and from which version on. Everything else works from 2.9 on. */
const features = {
  severalFilters: { since: [2, 10, 0], what: "a subscriber that asks for several kinds of events at once" },
  keyTtl: { since: [2, 11, 0], what: "keys that expire one by one" },
} as const

export type ServerFeature = keyof typeof features

/** The oldest server that is known to work. */
export const oldestServer = "2.9.0"

export const supports = (version: string, feature: ServerFeature): boolean => isFrom(version, features[feature].since)

export const isSupported = (version: string): boolean => isFrom(version, parts(oldestServer))

/** What is done without on this server, in words. */
export const missingFeatures = (version: string): ReadonlyArray<string> =>
  Object.values(features).flatMap(({ since, what }) => (isFrom(version, since) ? [] : [`${what} (${since.join(".")})`]))

/** Whether one of several puts that follow the same revision is taken, and no other: single servers always see to it. */
export const putsExclude = ({
  version,
  clustered,
}: {
  readonly version: string
  readonly clustered: boolean
}): boolean => !clustered || isFrom(version, [2, 9, 21])

const isFrom = (version: string, since: ReadonlyArray<number>): boolean => {
  const given = parts(version)
  for (const [index, number] of since.entries()) {
    const part = given[index] ?? 0
    if (part !== number) return part > number
  }
  return true
}

const parts = (version: string): ReadonlyArray<number> =>
  version.split(".").map((part) => Number.parseInt(part, 10) || 0)
