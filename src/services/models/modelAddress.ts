import type { Settings } from "../../Settings.ts"

/**
 * Where a model is asked, without what lets one in; null where its provider always asks at the same place, and for a
 * model object. Two processes that call different servers by one name do not mean the same model.
 */
export const modelAddress = (model: string, { endpoints, baseUrls }: Pick<Settings, "endpoints" | "baseUrls">) => {
  const provider = model.slice(0, Math.max(0, model.indexOf("/")))
  const own = Object.hasOwn(endpoints, provider) ? endpoints[provider]?.baseUrl : undefined
  const address = own ?? Object.entries(baseUrls).find(([name]) => name === provider)?.[1]
  const url = address === undefined ? null : URL.parse(address)
  return url === null ? (address ?? null) : `${url.origin}${url.pathname}`
}
