const fields = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"]

/** The packages that a package.json names and no line of CONTRIBUTING.md begins with. */
export const undocumentedDependencies = (packageJson: string, contributing: string): ReadonlyArray<string> => {
  const manifest: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = JSON.parse(packageJson)
  const lines = contributing.split("\n")
  return fields
    .flatMap((field) => Object.keys(manifest[field] ?? {}))
    .filter((name) => !lines.some((line) => line.startsWith(`| \`${name}\` |`)))
}
