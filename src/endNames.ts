/** Which end of a step it is: `run-…/draft#0` the first one at that path of the run, `#1` the second. */
export const endNames = () => {
  const counts = new Map<string, number>()
  return ({ runId, path }: { readonly runId: string; readonly path: string }): string => {
    const place = `${runId}/${path}`
    const count = counts.get(place) ?? 0
    counts.set(place, count + 1)
    return `${place}#${count}`
  }
}
