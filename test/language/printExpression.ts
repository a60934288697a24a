import type { Expression } from "../../src/language/Expression.ts"

/** The expression as text, with a parenthesis around every part. */
export const printExpression = (expression: Expression): string => {
  switch (expression._tag) {
    case "Literal":
      return typeof expression.value === "string" ? quoted(expression.value) : String(expression.value)
    case "Reference":
      return expression.segments.reduce((path, segment) =>
        /^[\p{L}\p{N}_]+$/u.test(segment) ? `${path}.${segment}` : `${path}[${quoted(segment)}]`,
      )
    case "Call":
      return `${expression.name}(${expression.args.map(printExpression).join(", ")})`
    case "Arithmetic":
    case "Comparison":
      return `${enclosed(expression.left)} ${expression.operator} ${enclosed(expression.right)}`
    case "Between":
      return `${enclosed(expression.value)} between ${enclosed(expression.low)} and ${enclosed(expression.high)}`
    case "Negative":
      return `-${enclosed(expression.operand)}`
    case "Not":
      return `not ${enclosed(expression.operand)}`
    case "All":
      return expression.operands.map(enclosed).join(" and ")
    case "Any":
      return expression.operands.map(enclosed).join(" or ")
  }
}

const enclosed = (expression: Expression): string => `(${printExpression(expression)})`
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
