import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"

/** Files in PEM. */
export interface Certificates {
  readonly ca: string
  readonly server: { readonly cert: string; readonly key: string }
  readonly client: { readonly cert: string; readonly key: string }
}

/** A certificate authority of a test's own, and what it vouches for: a server on this machine, and a client. */
export const certificates = (): Certificates => {
  const folder = mkdtempSync(join(tmpdir(), "doubletrack-tls-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const at = (name: string) => join(folder, name)
  const openssl = (...args: ReadonlyArray<string>) => execFileSync("openssl", args, { stdio: "pipe" })
  const newKey = ["-newkey", "rsa:2048", "-nodes"]
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    at("ca.key"),
    "-out",
    at("ca.pem"),
    "-days",
    "1",
    "-subj",
    "/CN=Test CA",
  )
  const signed = (name: string, names: string) => {
    const [cert, key, request] = [at(`${name}.pem`), at(`${name}.key`), at(`${name}.csr`)]
    writeFileSync(at("names"), `subjectAltName=${names}`)
    openssl("req", ...newKey, "-keyout", key, "-out", request, "-subj", `/CN=${name}`)
    const by = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial"]
    openssl("x509", "-req", "-in", request, ...by, "-out", cert, "-days", "1", "-extfile", at("names"))
    return { cert, key }
  }
  return {
    ca: at("ca.pem"),
    server: signed("server", "IP:127.0.0.1,DNS:localhost"),
    client: signed("client", "email:client@example.com"),
  }
}
