/**
 * How long an answer asks to wait, in ms: `retry-after-ms`, or `Retry-After` in seconds or as an HTTP
 * date (RFC 9110 §10.2.3). `undefined` when it says nothing that can be understood.
 */
export const retryAfterMs = (headers: Readonly<Record<string, string>>, nowMs: number): number | undefined => {
  const milliseconds = number(header(headers, "retry-after-ms"))
  if (milliseconds !== undefined) return milliseconds
  const value = header(headers, "retry-after")
  const seconds = number(value)
  if (seconds !== undefined) return seconds * 1000
  const at = value === undefined ? Number.NaN : Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}

const header = (headers: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined
