/**
 * How templates and conditions are read: `ours`, with a real grammar and errors that name what is
 * missing, or `strict_compat`, exactly as pipeline_ex 0.1.1 reads them, blanks and quirks included.
 */
export type Dialect = "ours" | "strict_compat"
