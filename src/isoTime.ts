/**
 * A time that somebody wrote in ISO 8601, in UTC as events have theirs, so that it compares with them; null for anything
 * else. Without an offset a date is meant in UTC, and a time of day as this machine's clock shows it.
 */
export const isoTime = (text: string): string | null => {
  const [, date, time = ""] = written.exec(text) ?? []
  if (date === undefined || inUtc(date)?.startsWith(date) !== true) return null
  return inUtc(`${date}${time.replace(" ", "T")}`)
}

const written = /^(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/

/** The 30th of February is the 2nd of March here. */
const inUtc = (text: string): string | null => {
  const moment = new Date(text)
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString()
}
