import { dirname, join } from "node:path/posix"
import { parseSync, Visitor } from "oxc-parser"

export interface Import {
  /** As written. */
  readonly specifier: string
  /** The package, the `node:` module, or the imported file relative to `src`. */
  readonly target: string
  /** `type` imports are erased; `lazy` ones load when the line runs. */
  readonly kind: "value" | "type" | "lazy"
  readonly line: number
}

/** What the rules look at in one file of `src`. */
export interface SourceFile {
  /** Relative to `src`, with forward slashes. */
  readonly path: string
  readonly lineCount: number
  readonly imports: ReadonlyArray<Import>
  /** Nothing but imports and exports of what other files declare. */
  readonly onlyReExports: boolean
  /** Lines where something that a rule forbids is written. */
  readonly found: Readonly<Record<Finding, ReadonlyArray<number>>>
}

export type Finding =
  | "any"
  | "assertion"
  | "ambientTimeOrRandomness"
  | "checkSwitchedOff"
  | "defaultExport"
  | "enum"
  | "leftForLater"
  | "nonNull"

/** Parses one file; throws when it is not TypeScript. */
export const parseSourceFile = (path: string, text: string): SourceFile => {
  const { comments, errors, program } = parseSync(path, text)
  const [error] = errors
  if (error !== undefined) throw new Error(`${path}: ${error.message}`)

  const lineOf = (offset: number) => text.slice(0, offset).split("\n").length
  const imports: Array<Import> = []
  const found: Record<Finding, Array<number>> = {
    any: [],
    assertion: [],
    ambientTimeOrRandomness: [],
    checkSwitchedOff: [],
    defaultExport: [],
    enum: [],
    leftForLater: [],
    nonNull: [],
  }
  const note = (finding: Finding) => (node: { readonly start: number }) => {
    found[finding].push(lineOf(node.start))
  }
  const imported = (specifier: string, kind: Import["kind"], node: { readonly start: number }) => {
    imports.push({ specifier, target: targetOf(path, specifier), kind, line: lineOf(node.start) })
  }

  new Visitor({
    ImportDeclaration: (node) => imported(node.source.value, node.importKind === "type" ? "type" : "value", node),
    ExportAllDeclaration: (node) => imported(node.source.value, node.exportKind === "type" ? "type" : "value", node),
    ExportNamedDeclaration: (node) => {
      if (node.source) imported(node.source.value, node.exportKind === "type" ? "type" : "value", node)
      if (node.specifiers.some(({ exported }) => nameOf(exported) === "default")) note("defaultExport")(node)
    },
    ImportExpression: (node) => {
      const specifier = literalText(node.source)
      if (specifier !== null) imported(specifier, "lazy", node)
    },
    TSImportType: (node) => imported(node.source.value, "type", node),
    TSExternalModuleReference: (node) => imported(node.expression.value, "value", node),
    ExportDefaultDeclaration: note("defaultExport"),
    TSAnyKeyword: note("any"),
    TSNonNullExpression: note("nonNull"),
    TSEnumDeclaration: note("enum"),
    TSTypeAssertion: note("assertion"),
    TSAsExpression: (node) => {
      if (text.slice(node.typeAnnotation.start, node.typeAnnotation.end) !== "const") note("assertion")(node)
    },
    NewExpression: (node) => {
      if (node.callee.type === "Identifier" && node.callee.name === "Date" && node.arguments.length === 0) {
        note("ambientTimeOrRandomness")(node)
      }
    },
    CallExpression: (node) => {
      if (ambientCalls.has(text.slice(node.callee.start, node.callee.end))) note("ambientTimeOrRandomness")(node)
    },
  }).visit(program)

  for (const comment of comments) {
    if (switchesOff(comment.value)) note("checkSwitchedOff")(comment)
    if (/\b(?:TODO|FIXME|XXX|HACK)\b/.test(comment.value)) note("leftForLater")(comment)
  }

  return {
    path,
    lineCount: text.trimEnd().split("\n").length,
    imports,
    onlyReExports: program.body.length > 0 && program.body.every(passesOn) && !program.body.every(isImport),
    found,
  }
}

const ambientCalls = new Set([
  "Date.now",
  "Math.random",
  "performance.now",
  "process.hrtime",
  "process.hrtime.bigint",
  "randomUUID",
  "crypto.randomUUID",
])

/** A lint rule may be switched off where the line says why, behind `--`. */
const switchesOff = (comment: string) =>
  /@ts-(?:ignore|expect-error|nocheck)|biome-ignore/.test(comment) ||
  (/(?:oxlint|eslint)-disable/.test(comment) && !/ -- \w/.test(comment))

interface Statement {
  readonly type: string
  readonly declaration?: unknown
}

const isImport = (statement: Statement) => statement.type === "ImportDeclaration"

const passesOn = (statement: Statement) =>
  isImport(statement) ||
  statement.type === "ExportAllDeclaration" ||
  (statement.type === "ExportNamedDeclaration" && statement.declaration === null)

const nameOf = (name: { readonly type: string; readonly name?: string; readonly value?: unknown }) =>
  name.type === "Literal" ? name.value : name.name

interface Literal {
  readonly type: string
  readonly value?: unknown
  readonly quasis?: ReadonlyArray<{ readonly value: { readonly cooked: string | null } }>
}

const literalText = ({ type, value, quasis }: Literal) => {
  if (type === "Literal" && typeof value === "string") return value
  return type === "TemplateLiteral" && quasis?.length === 1 ? (quasis[0]?.value.cooked ?? null) : null
}

const targetOf = (path: string, specifier: string) => {
  if (specifier.startsWith(".")) return join(dirname(path), specifier)
  if (specifier.startsWith("node:")) return specifier
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")
}
