import { readFile } from "node:fs/promises"
import type { Authenticator, ConnectionOptions } from "@nats-io/transport-node"
import type { NatsSettings } from "../../NatsSettings.ts"
import { NatsError } from "./NatsError.ts"
import type { NatsLibrary } from "./natsLibrary.ts"
import { type ServerAddress, serverAddress, serversText } from "./serverAddress.ts"

/** How long a connection may be silent before it is asked whether it is there; twice without an answer is a loss. */
const pingEveryMs = 10_000

/** What the client is told. Rejects with NatsError where a file of the settings cannot be used. */
export const connectionOptions = async (
  settings: NatsSettings,
  library: NatsLibrary,
  name: string,
): Promise<ConnectionOptions> => {
  const addresses = settings.servers.map(serverAddress)
  const tls = await tlsOptions(settings, addresses)
  const authenticator = await authenticatorOf(settings, library, addresses)
  return {
    servers: addresses.map(({ host }) => host),
    name,
    timeout: 5000,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: pingEveryMs,
    noAsyncTraces: true,
    ...(tls === null ? {} : { tls }),
    ...(authenticator === null ? {} : { authenticator }),
  }
}

const tlsOptions = async ({ tls, servers }: NatsSettings, addresses: ReadonlyArray<ServerAddress>) => {
  if (tls === undefined) return addresses.some((address) => address.tls) ? {} : null
  const { caFile, certFile, keyFile, handshakeFirst } = tls
  const where = serversText(servers)
  return {
    ...(handshakeFirst ? { handshakeFirst } : {}),
    ...(caFile === undefined ? {} : { ca: await textOf(caFile, "tls.caFile", where) }),
    ...(certFile === undefined ? {} : { cert: await textOf(certFile, "tls.certFile", where) }),
    ...(keyFile === undefined ? {} : { key: await textOf(keyFile, "tls.keyFile", where) }),
  }
}

/** A credentials file says most, then an NKEY, a token, a user; the settings before the address. */
const authenticatorOf = async (
  settings: NatsSettings,
  library: NatsLibrary,
  addresses: ReadonlyArray<ServerAddress>,
): Promise<Authenticator | null> => {
  const where = serversText(settings.servers)
  const { credentialsFile, nkeySeedFile, token } = settings
  if (credentialsFile !== undefined) {
    const text = await textOf(credentialsFile, "credentialsFile", where)
    return checked(library.credsAuthenticator(new TextEncoder().encode(text)), "credentialsFile", credentialsFile)
  }
  if (nkeySeedFile !== undefined) {
    const seed = seedIn(await textOf(nkeySeedFile, "nkeySeedFile", where))
    return checked(library.nkeyAuthenticator(new TextEncoder().encode(seed)), "nkeySeedFile", nkeySeedFile)
  }
  if (token !== undefined) return library.tokenAuthenticator(token)
  const named = addresses.find(({ user }) => user !== null)
  const user = settings.user ?? named?.user ?? null
  const password = settings.password ?? named?.password ?? null
  if (user === null) return null
  return password === null ? library.tokenAuthenticator(user) : library.usernamePasswordAuthenticator(user, password)
}

/** The seed in a file that may hold comments, as `nk` writes it. */
const seedIn = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .find((line) => line.startsWith("S")) ?? text.trim()

/** Signs something at once, so that an unusable key is said here and not by the server. */
const checked = (authenticator: Authenticator, setting: string, file: string): Authenticator => {
  try {
    authenticator("nonce")
    return authenticator
  } catch {
    throw new NatsError({
      reason: "settings",
      message: `nats.${setting}: "${file}" holds no usable key; make it anew with the tool that made it`,
    })
  }
}

const textOf = async (file: string, setting: string, where: string): Promise<string> => {
  try {
    return await readFile(file, "utf8")
  } catch {
    throw new NatsError({
      reason: "settings",
      message: `nats.${setting}: the file "${file}" cannot be read; ${where} is not asked until it is there`,
    })
  }
}
