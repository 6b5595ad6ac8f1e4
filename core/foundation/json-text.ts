/**
 * Looks into JSON text without parsing it: the text of a client is opaque, and the worker gets it unchanged. Nothing here
 * recurses, so no nesting can exhaust the stack. All functions but {@link isDeeperThan} expect text that `JSON.parse`
 * accepts.
 */

/** The place of a value in a text: from its first character to the one after its last. */
export interface Span {
  readonly start: number
  readonly end: number
}

const quote = 0x22
const backslash = 0x5c
const opening = { brace: 0x7b, bracket: 0x5b }
const closing = { brace: 0x7d, bracket: 0x5d }
const [colon, comma] = [0x3a, 0x2c]

/** Returns true if arrays and objects nest deeper than `levels`. A number or a text has no level, `[]` has one. */
export function isDeeperThan(text: string, levels: number): boolean {
  // Each level needs two characters.
  if (text.length <= 2 * levels) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === quote) at = endOfString(text, at) - 1
    else if (char === opening.bracket || char === opening.brace) {
      depth += 1
      if (depth > levels) return true
    } else if (char === closing.bracket || char === closing.brace) depth -= 1
  }
  return false
}

/** Returns true if `JSON.parse` accepts the text. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/**
 * Returns the values of the members of an object that have these names; for a name that occurs twice the last value, as
 * `JSON.parse` does. Empty if the text is not an object. Only the wanted members are kept: an object of 16 MiB has millions
 * of members.
 */
export function membersOf(text: string, names: readonly string[], start = 0): ReadonlyMap<string, Span> {
  const members = new Map<string, Span>()
  let at = afterSpace(text, start)
  if (text.charCodeAt(at) !== opening.brace) return members
  at = afterSpace(text, at + 1)
  while (at < text.length && text.charCodeAt(at) === quote) {
    const endOfName = endOfString(text, at)
    const name = nameAt(text, at, endOfName)
    const value = afterSpace(text, afterChar(text, endOfName, colon))
    const end = endOfValue(text, value)
    if (names.includes(name)) members.set(name, { start: value, end })
    at = afterSpace(text, afterChar(text, end, comma))
  }
  return members
}

function nameAt(text: string, start: number, end: number): string {
  const name = text.slice(start + 1, end - 1)
  return name.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : name
}

/** Returns the items of an array, in order. Empty if the text is not an array. */
export function itemsOf(text: string, start = 0): readonly Span[] {
  const items: Span[] = []
  let at = afterSpace(text, start)
  if (text.charCodeAt(at) !== opening.bracket) return items
  at = afterSpace(text, at + 1)
  while (at < text.length && text.charCodeAt(at) !== closing.bracket) {
    const end = endOfValue(text, at)
    if (end === at) break
    items.push({ start: at, end })
    at = afterSpace(text, afterChar(text, end, comma))
  }
  return items
}

/** Returns the index after the closing quote of the text that begins at `start`. */
export function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1)
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1)
  return at < 0 ? text.length : at + 1
}

/** Returns true if an odd number of backslashes precedes the character. */
function isEscaped(text: string, at: number): boolean {
  let before = at
  while (text.charCodeAt(before - 1) === backslash) before -= 1
  return (at - before) % 2 === 1
}

function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start)
  if (first === quote) return endOfString(text, start)
  if (first !== opening.brace && first !== opening.bracket) return endOfWord(text, start)
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === quote) at = endOfString(text, at) - 1
    else if (char === opening.bracket || char === opening.brace) depth += 1
    else if (char === closing.bracket || char === closing.brace) {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return text.length
}

/** Returns the index after a number, `true`, `false` or `null`. */
function endOfWord(text: string, start: number): number {
  let at = start
  while (at < text.length && !isSpace(text.charCodeAt(at)) && !isPunctuation(text.charCodeAt(at))) at += 1
  return at
}

function isPunctuation(char: number): boolean {
  return char === comma || char === colon || char === closing.brace || char === closing.bracket
}

function isSpace(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09
}

function afterSpace(text: string, start: number): number {
  let at = start
  while (isSpace(text.charCodeAt(at))) at += 1
  return at
}

/** Returns the index after `char` if it is the next character that is no space; otherwise `start`. */
function afterChar(text: string, start: number, char: number): number {
  const at = afterSpace(text, start)
  return text.charCodeAt(at) === char ? at + 1 : at
}
