/** A server as the settings write it, taken apart. */
export interface ServerAddress {
  /** `HOST:PORT`. */
  readonly host: string
  readonly tls: boolean
  readonly user: string | null
  /** Without a password, `user` is a token. */
  readonly password: string | null
}

export const serverAddress = (url: string): ServerAddress => {
  const [, scheme = "nats", userInfo = "", host = ""] = /^(?:(nats|tls):\/\/)?(?:([^@]*)@)?(.*)$/.exec(url) ?? []
  const [user = "", ...password] = userInfo.split(":")
  return {
    host: /:\d+$/.test(host) ? host : `${host}:4222`,
    tls: scheme === "tls",
    user: user === "" ? null : decodeURIComponent(user),
    password: password.length === 0 ? null : decodeURIComponent(password.join(":")),
  }
}

/** Servers for people, without what lets one in. */
export const serversText = (servers: ReadonlyArray<string>): string =>
  servers
    .map((url) => serverAddress(url))
    .map(({ host, tls }) => `${tls ? "tls" : "nats"}://${host}`)
    .join(", ")
