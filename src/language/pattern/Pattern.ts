/** Whether one character (code point) fits. */
export type CharacterTest = (character: string) => boolean

/** Something about a position that takes no character; `characters` is the whole text. */
export type PositionTest = (characters: ReadonlyArray<string>, position: number) => boolean

/** A regular expression, as parsed. `most` may be `Infinity`. */
export type Pattern =
  | { readonly _tag: "Character"; readonly fits: CharacterTest }
  | { readonly _tag: "Position"; readonly holds: PositionTest }
  | { readonly _tag: "Sequence"; readonly parts: ReadonlyArray<Pattern> }
  | { readonly _tag: "Choice"; readonly options: ReadonlyArray<Pattern> }
  | { readonly _tag: "Repeat"; readonly body: Pattern; readonly least: number; readonly most: number }

/** One state of the automaton. Numbers are positions in the program. */
export type Instruction =
  | { readonly _tag: "Take"; readonly fits: CharacterTest }
  | { readonly _tag: "Require"; readonly holds: PositionTest }
  | { readonly _tag: "Split"; readonly first: number; readonly second: number }
  | { readonly _tag: "Jump"; readonly to: number }
  | { readonly _tag: "Accept" }
