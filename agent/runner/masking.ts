/** Replaces secrets in a stream of bytes, whatever its chunks. */
export interface Masking {
  /** Returns what can be shown of it now. What may be the beginning of a secret is kept back until more comes. */
  write(chunk: Buffer): Buffer
  finish(): Buffer
}

/** What stands where a secret was. */
export const mask = Buffer.from('***')

/**
 * Secrets that are shorter can't be told from other text, so their lines are not masked one by one; the center takes no secret that is
 * shorter as a whole.
 */
const leastBytes = 4

interface Pattern {
  readonly bytes: Buffer
  /** For each length of a beginning, the longest shorter beginning that it ends with (Knuth, Morris and Pratt). */
  readonly failure: Uint32Array
  /** Base64 is broken into lines by many programs: a single line break within it counts as nothing. */
  readonly isBroken: boolean
}

/**
 * Masks texts in a stream of UTF-8: as they are, as JSON and URLs write them, in hex, each line of several, and in base64 and base64url
 * at any offset, also broken into lines. It is a help against mistakes: who wants to can print a secret in another form.
 */
export function maskingOf(secrets: readonly string[]): (() => Masking) | null {
  const patterns = patternsOf(secrets)
  return patterns.length === 0 ? null : () => new MaskedStream(patterns)
}

class MaskedStream implements Masking {
  readonly #patterns: readonly Pattern[]
  #held: Buffer = Buffer.alloc(0)
  /** So many bytes of what is held are of secrets of which the mask was returned. */
  #shown = 0

  constructor(patterns: readonly Pattern[]) {
    this.#patterns = patterns
  }

  write(chunk: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    const views = viewsOf(bytes)
    const found = this.#found(views)
    let from = bytes.length
    for (const pattern of this.#patterns) from = Math.min(from, openSince(pattern, views))
    const shown = masked(bytes.subarray(0, from), found, this.#shown > 0)
    // Two secrets may overlap: what is found may go on to be another one. A secret that overlaps itself could do so for ever, so it is not kept.
    const across = found.find(({ start, end }) => start < from && from < end)
    this.#shown = across ? across.end - from : 0
    this.#held = Buffer.from(bytes.subarray(from))
    return shown
  }

  finish(): Buffer {
    const bytes = this.#held
    const shown = masked(bytes, this.#found(viewsOf(bytes)), this.#shown > 0)
    this.#held = Buffer.alloc(0)
    this.#shown = 0
    return shown
  }

  #found(views: Views): readonly Span[] {
    const spans = this.#patterns.flatMap((pattern) => spansOf(pattern, views))
    if (this.#shown > 0) spans.push({ start: 0, end: this.#shown })
    return merged(spans.sort((one, other) => one.start - other.start))
  }
}

interface Span {
  readonly start: number
  readonly end: number
}

/** Bytes, and the same without single line breaks, with the place of each byte. */
interface Views {
  readonly plain: Buffer
  /** Null: there are no line breaks. */
  readonly joined: { readonly bytes: Buffer; readonly places: Uint32Array } | null
}

const [lineFeed, carriageReturn] = [10, 13]

function viewsOf(plain: Buffer): Views {
  // A return at the end may be the first half of a line break.
  if (!plain.includes(lineFeed) && plain.at(-1) !== carriageReturn) return { plain, joined: null }
  const bytes = Buffer.alloc(plain.length)
  const places = new Uint32Array(plain.length)
  let length = 0
  for (let at = 0; at < plain.length; at++) {
    const before = plain[at - 1]
    const isReturn = plain[at] === carriageReturn && (plain[at + 1] === lineFeed || at === plain.length - 1)
    const isBreak = plain[at] === lineFeed && at > 0 && before !== lineFeed && !(before === carriageReturn && plain[at - 2] === lineFeed)
    if (isReturn || isBreak) continue
    bytes[length] = plain[at] as number
    places[length++] = at
  }
  return { plain, joined: { bytes: bytes.subarray(0, length), places: places.subarray(0, length) } }
}

function spansOf({ bytes, isBroken }: Pattern, { plain, joined }: Views): Span[] {
  const inJoined = isBroken ? joined : null
  const text = inJoined?.bytes ?? plain
  const place = (at: number) => inJoined?.places[at] ?? at
  const spans: Span[] = []
  for (let at = text.indexOf(bytes); at >= 0; at = text.indexOf(bytes, at + 1)) {
    spans.push({ start: place(at), end: place(at + bytes.length - 1) + 1 })
  }
  return spans
}

/** Returns where the longest beginning of the pattern begins with which the bytes end; their length if there is none. */
function openSince({ bytes, failure, isBroken }: Pattern, { plain, joined }: Views): number {
  const inJoined = isBroken ? joined : null
  const text = inJoined?.bytes ?? plain
  let length = 0
  for (let at = Math.max(0, text.length - bytes.length + 1); at < text.length; at++) {
    while (length > 0 && bytes[length] !== text[at]) length = failure[length - 1] as number
    if (bytes[length] === text[at]) length += 1
  }
  if (length === 0) return plain.length
  return inJoined ? (inJoined.places[text.length - length] as number) : text.length - length
}

function merged(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = []
  for (const span of spans) {
    const last = all.at(-1)
    if (last && span.start < last.end) all[all.length - 1] = { start: last.start, end: Math.max(last.end, span.end) }
    else all.push(span)
  }
  return all
}

/** Spans may go on after the bytes. `isShown`: the mask of the span at the beginning was shown before. */
function masked(bytes: Buffer, spans: readonly Span[], isShown: boolean): Buffer {
  const parts: Buffer[] = []
  let from = 0
  for (const { start, end } of spans) {
    if (start >= bytes.length) break
    parts.push(bytes.subarray(from, start))
    if (start > 0 || !isShown) parts.push(mask)
    from = end
  }
  if (from === 0) return bytes
  return Buffer.concat([...parts, bytes.subarray(from)])
}

function patternsOf(secrets: readonly string[]): readonly Pattern[] {
  const known = new Map<string, Pattern>()
  const add = (text: string | Buffer, isBroken = false) => {
    const bytes = Buffer.from(text as string)
    if (bytes.length >= leastBytes) known.set(`${isBroken} ${bytes.toString('latin1')}`, { bytes, failure: failureOf(bytes), isBroken })
  }
  for (const secret of secrets) {
    // A secret that was read from a file or is printed by `echo` has other blanks around it.
    for (const text of new Set([secret, secret.trim(), ...secret.split(/\r?\n/)])) {
      const bytes = Buffer.from(text)
      if (bytes.length < leastBytes) continue
      add(bytes)
      for (const form of jsonForms(text)) add(form)
      add(encodeURIComponent(text))
      add(bytes.toString('hex'))
      add(bytes.toString('hex').toUpperCase())
      for (const coded of base64Of(bytes)) {
        add(coded, true)
        add(coded.replaceAll('+', '-').replaceAll('/', '_'), true)
      }
    }
  }
  return [...known.values()]
}

/**
 * As the encoders of JSON in common use write a text, without the quotes: Python escapes what is no ASCII, PHP that and slashes, Go what HTML
 * has a meaning for, Gson that and `=` and `'`, .NET all of it and in upper case, with `"` as a number, too.
 */
function jsonForms(text: string): readonly string[] {
  const plain = JSON.stringify(text).slice(1, -1)
  const go = numbered(plain, /[<>&\u2028\u2029]/g)
  const python = numbered(plain, notAscii)
  const dotNet = numbered(plain.replaceAll('\\"', '\\u0022'), /[<>&'+`\u007f-\uffff]/g).replaceAll(/\\u[0-9a-f]{4}/g, upperCase)
  return [plain, go, python, numbered(go, notAscii), slashes(plain), slashes(python), numbered(plain, /[<>&='\u2028\u2029]/g), dotNet]
}

const notAscii = /[\u007f-\uffff]/g

function numbered(text: string, units: RegExp): string {
  return text.replaceAll(units, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function slashes(text: string): string {
  return text.replaceAll('/', '\\/')
}

function upperCase(code: string): string {
  return `\\u${code.slice(2).toUpperCase()}`
}

/** The characters that follow from the bytes alone, after no, one or two other bytes. */
function base64Of(bytes: Buffer): string[] {
  return [0, 1, 2].map((shift) => {
    const coded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    const first = shift === 0 ? 0 : shift + 1
    return coded.slice(first, Math.floor(((shift + bytes.length) * 8) / 6))
  })
}

function failureOf(bytes: Buffer): Uint32Array {
  const failure = new Uint32Array(bytes.length)
  let length = 0
  for (let at = 1; at < bytes.length; at++) {
    while (length > 0 && bytes[length] !== bytes[at]) length = failure[length - 1] as number
    if (bytes[length] === bytes[at]) length += 1
    failure[at] = length
  }
  return failure
}
