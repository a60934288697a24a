/** Makes ids that sort by time and are unique across nodes: `<time><counter>-<node>`. */
export const makeIds = (node: string, now: () => number) => {
  let last = 0
  let count = 0
  return (): string => {
    const time = Math.max(now(), last)
    count = time === last ? count + 1 : 0
    last = time
    return `${time.toString(36).padStart(9, "0")}${count.toString(36).padStart(4, "0")}-${node}`
  }
}
