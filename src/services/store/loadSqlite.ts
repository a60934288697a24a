import process from "node:process"

/**
 * SQLite as it comes with Node, loaded when it is first needed. Node 22 says on loading it that it is
 * experimental; loading is synchronous, so no other warning can fall into the silence.
 */
export const loadSqlite = () => {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return process.getBuiltinModule("node:sqlite")
  } finally {
    process.emitWarning = emitWarning
  }
}
