import { nearestName } from "../../nearestName.ts"

/** A sentence to append to a message; empty where nothing is near. */
export const didYouMean = (name: string, candidates: Iterable<string>): string => {
  const candidate = nearestName(name, candidates)
  return candidate === undefined ? "" : ` Did you mean '${candidate}'?`
}

/** What to do about a missing key: fill it in, rename the one that was probably meant, or add it. */
export const supply = (key: string, map: object, add: string): string => {
  if (Object.hasOwn(map, key)) return `'${key}' is left empty.`
  const candidate = nearestName(key, Object.keys(map))
  return candidate === undefined ? add : `Rename '${candidate}' to '${key}'?`
}
