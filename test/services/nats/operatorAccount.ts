import { createHash } from "node:crypto"
import { nkeys } from "@nats-io/transport-node"

type KeyPair = ReturnType<typeof nkeys.createUser>

/** A server's configuration by which accounts are vouched for by an operator, and credentials of a user of one of them. */
export const operatorAccount = () => {
  const [operator, account, system, user] = [
    nkeys.createOperator(),
    nkeys.createAccount(),
    nkeys.createAccount(),
    nkeys.createUser(),
  ]
  const unlimited = { subs: -1, conn: -1, leaf: -1, imports: -1, exports: -1, data: -1, payload: -1, wildcards: true }
  const operatorJwt = jwt(operator, operator, "operator", { system_account: system.getPublicKey() })
  const limits = { ...unlimited, mem_storage: -1, disk_storage: -1 }
  const accountJwt = jwt(operator, account, "account", { limits })
  const systemJwt = jwt(operator, system, "account", { limits: unlimited })
  const userJwt = jwt(account, user, "user", { subs: -1, data: -1, payload: -1 })
  return {
    configuration: [
      `operator: ${operatorJwt}`,
      `system_account: ${system.getPublicKey()}`,
      "resolver: MEMORY",
      `resolver_preload: { ${account.getPublicKey()}: ${accountJwt}, ${system.getPublicKey()}: ${systemJwt} }`,
    ].join("\n"),
    credentials: [
      "-----BEGIN NATS USER JWT-----",
      userJwt,
      "------END NATS USER JWT------",
      "",
      "-----BEGIN USER NKEY SEED-----",
      new TextDecoder().decode(user.getSeed()),
      "------END USER NKEY SEED------",
      "",
    ].join("\n"),
  }
}

/** A token as NATS signs them (https://docs.nats.io/running-a-nats-service/configuration/securing_nats/jwt). */
const jwt = (issuer: KeyPair, subject: KeyPair, type: string, claims: object): string => {
  const base64 = (value: string | Uint8Array) => Buffer.from(value).toString("base64url")
  const body = {
    iat: 1_700_000_000,
    iss: issuer.getPublicKey(),
    name: type,
    sub: subject.getPublicKey(),
    nats: { ...claims, type, version: 2 },
  }
  const jti = createHash("sha256").update(JSON.stringify(body)).digest("base64url")
  const signedText = `${base64(JSON.stringify({ typ: "JWT", alg: "ed25519-nkey" }))}.${base64(JSON.stringify({ jti, ...body }))}`
  return `${signedText}.${base64(issuer.sign(new TextEncoder().encode(signedText)))}`
}
