/** An expression, as the parser reads it from a condition or from between `{{` and `}}`. */
export type Expression =
  | { readonly _tag: "Literal"; readonly value: string | number | boolean | null }
  /** `a.items[0].name` is `["a", "items", "0", "name"]`; the item of `any`, `all` and `count` is `["@", …]`. */
  | { readonly _tag: "Reference"; readonly segments: ReadonlyArray<string> }
  | { readonly _tag: "Call"; readonly name: string; readonly args: ReadonlyArray<Expression> }
  | {
      readonly _tag: "Arithmetic"
      readonly operator: ArithmeticOperator
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly _tag: "Comparison"
      readonly operator: ComparisonOperator
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly _tag: "Between"; readonly value: Expression; readonly low: Expression; readonly high: Expression }
  | { readonly _tag: "Negative"; readonly operand: Expression }
  | { readonly _tag: "Not"; readonly operand: Expression }
  | { readonly _tag: "All"; readonly operands: ReadonlyArray<Expression> }
  | { readonly _tag: "Any"; readonly operands: ReadonlyArray<Expression> }

export const arithmeticOperators = ["+", "-", "*", "/", "%"] as const
export type ArithmeticOperator = (typeof arithmeticOperators)[number]

export const comparisonOperators = ["==", "!=", ">=", "<=", ">", "<", "contains", "matches"] as const
export type ComparisonOperator = (typeof comparisonOperators)[number]
