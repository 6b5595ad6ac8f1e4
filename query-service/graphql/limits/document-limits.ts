import { ElvesError } from '@elves/core/foundation/errors.ts'
import { type DefinitionNode, type DocumentNode, Kind, Lexer, parse, type SelectionSetNode, Source, TokenKind } from 'graphql'

/** Largest text of a document. Long texts belong in variables, which may be as large as the body. */
const maxDocumentBytes = 256 * 1024
/** A document with more tokens is refused during parsing; 1 000 inputs as literals have about 20 000. */
const maxTokens = 30_000
/** Deeper nesting could exhaust the parser's stack. */
const maxNesting = 200
/** Most fields, spreads and inline fragments as written: validation compares many of them with each other. */
const maxSelections = 1_000
/** How often one name may be selected in one place: validation compares each pair of them, with everything below. */
const maxRepeats = 20
/** Each fragment may spread the next, and code that walks them recurses as deep. */
const maxFragments = 100

/**
 * Checks a document before it is parsed. Throws QUERY_TOO_COMPLEX if the text is too long or nests too deeply. It also
 * counts brackets inside strings, which hardly ever reach this depth.
 */
export function checkDocumentText(source: string): void {
  if (source.length > maxDocumentBytes || Buffer.byteLength(source) > maxDocumentBytes) {
    throw tooComplex(`a document has at most ${maxDocumentBytes} bytes; what is long belongs in variables`)
  }
  if (source.length <= 2 * maxNesting) return
  let nesting = 0
  for (let index = 0; index < source.length; index++) {
    const char = source.charCodeAt(index)
    if (char === 0x7b || char === 0x5b || char === 0x28) nesting++
    else if (char === 0x7d || char === 0x5d || char === 0x29) nesting--
    if (nesting > maxNesting) throw tooComplex(`the document nests deeper than ${maxNesting}`)
  }
}

/** Parses a document that {@link checkDocumentText} let through. Throws QUERY_TOO_COMPLEX if it has too many tokens, or a syntax error. */
export function parsedDocument(source: string): DocumentNode {
  try {
    return parse(source, { maxTokens })
  } catch (error) {
    // graphql tells both as a syntax error, apart only by the text of the message.
    throw hasTooManyTokens(source) ? tooComplex(`a document has at most ${maxTokens} tokens; what is long belongs in variables`) : error
  }
}

function hasTooManyTokens(source: string): boolean {
  const lexer = new Lexer(new Source(source))
  try {
    for (let tokens = 0; tokens <= maxTokens; tokens++) if (lexer.advance().kind === TokenKind.EOF) return false
    return true
  } catch {
    return false
  }
}

/** Checks a document before validation, whose work grows faster than the document. Throws QUERY_TOO_COMPLEX. */
export function checkSize({ definitions }: DocumentNode): void {
  let fragments = 0
  let selections = 0
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments++
    selections += selectionsIn(definition)
  }
  if (fragments > maxFragments) throw tooComplex(`the document has ${fragments} fragments, at most ${maxFragments} are allowed`)
  if (selections > maxSelections) throw tooComplex(`the document has ${selections} fields and spreads, at most ${maxSelections} are allowed`)
}

/** Returns how many fields, spreads and inline fragments a document has as written. */
export function selectionsOfDocument({ definitions }: DocumentNode): number {
  return definitions.reduce((sum, definition) => sum + selectionsIn(definition), 0)
}

function selectionsIn(definition: DefinitionNode): number {
  if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) return 0
  let count = 0
  const open: SelectionSetNode[] = [definition.selectionSet]
  for (let set = open.pop(); set; set = open.pop()) count += selectionsOf(set, open)
  return count
}

/** Counts the selections of one place in the answer, including those of its inline fragments. Adds the selection sets below to `open`. */
function selectionsOf(place: SelectionSetNode, open: SelectionSetNode[]): number {
  let count = 0
  const repeats = new Map<string, number>()
  const sets = [place]
  for (let set = sets.pop(); set; set = sets.pop()) {
    count += set.selections.length
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) sets.push(selection.selectionSet)
      if (selection.kind !== Kind.FIELD) continue
      const name = (selection.alias ?? selection.name).value
      const times = (repeats.get(name) ?? 0) + 1
      if (times > maxRepeats) throw tooComplex(`${name} is asked for more than ${maxRepeats} times in one place`)
      repeats.set(name, times)
      if (selection.selectionSet) open.push(selection.selectionSet)
    }
  }
  return count
}

export function tooComplex(message: string): ElvesError {
  return new ElvesError('QUERY_TOO_COMPLEX', message)
}
