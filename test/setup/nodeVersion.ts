/** Stops the suite on a Node that npm fell back to because the packaged one was not installed. */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)

if (major < 22 || (major === 22 && minor < 19)) {
  throw new Error(
    `Doubletrack needs Node 22.19 or newer, and the tests run on ${process.version}. ` +
      "Install with `npm ci` (without --ignore-scripts) and start the tests with `npm test`.",
  )
}
