/**
 * How a JSON text refers to secrets: the object `{"$secret": "name"}` stands for the text of a secret. Who really means an object with that
 * key writes `$$secret`, which is taken for `$secret`, `$$$secret` for `$$secret`, and so on.
 */

/** A secret's name: letters, digits, `_ . -`, the first no `.` or `-`. */
export const secretNamePattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/

/** A text that refers to something, but not in the form of a reference. */
export interface WrongReference {
  readonly wrong: string
}

/** What is replaced in a text: the secret of a name, or a key that was escaped. */
interface Place {
  readonly start: number
  readonly end: number
  readonly name: string | null
  /** JSON text of the key without the escape. */
  readonly key: string
}

/** Returns the names of the secrets that a JSON text refers to, each once. */
export function secretNamesIn(json: string | null): readonly string[] | WrongReference {
  const places = placesIn(json ?? '')
  return 'wrong' in places ? places : [...new Set(places.flatMap(({ name }) => name ?? []))]
}

/** Returns true if the text can't be handed on as it is: it has references, wrong ones, or escaped keys. */
export function hasSecretSyntax(json: string | null): boolean {
  const places = placesIn(json ?? '')
  return 'wrong' in places || places.length > 0
}

/**
 * Returns the text with each reference replaced by the secret's text as a JSON string, and each escaped key by the key that it means. The
 * rest stays byte for byte. Throws TypeError for a wrong reference and for a secret without a value: ask for the names before.
 */
export function withSecrets(json: string, values: ReadonlyMap<string, string>): string {
  const places = placesIn(json)
  if ('wrong' in places) throw new TypeError(places.wrong)
  let text = ''
  let from = 0
  for (const { start, end, name, key } of places) {
    const value = name === null ? key : values.get(name)
    if (value === undefined) throw new TypeError(`no value for secret ${name}`)
    text += json.slice(from, start) + (name === null ? value : JSON.stringify(value))
    from = end
  }
  return text + json.slice(from)
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/gs

interface Token {
  readonly text: string
  readonly start: number
}

/** In valid JSON a string before a colon is a key, and nothing else is. */
function placesIn(json: string): readonly Place[] | WrongReference {
  // Almost no text has one: this keeps it from being taken apart.
  if (!json.includes('secret') && !json.includes('\\u')) return []
  const all = Array.from(json.matchAll(tokens), ({ 0: text, index: start }): Token => ({ text, start }))
  const places: Place[] = []
  for (const [index, { text, start }] of all.entries()) {
    if (text[0] !== '"' || all[index + 1]?.text !== ':') continue
    const key = stringOf(text)
    if (key === null || !/^\$+secret$/.test(key)) continue
    if (key !== '$secret') {
      places.push({ start, end: start + text.length, name: null, key: JSON.stringify(key.slice(1)) })
      continue
    }
    const [open, value, close] = [all[index - 1], all[index + 2], all[index + 3]]
    const name = value?.text[0] === '"' ? stringOf(value.text) : null
    if (open?.text !== '{' || close?.text !== '}' || name === null) {
      return { wrong: 'a reference is {"$secret": "name"} and has nothing else; write "$$secret" where the key itself is meant' }
    }
    if (!secretNamePattern.test(name)) return { wrong: 'a reference to a secret has no name of a secret' }
    places.push({ start: open.start, end: close.start + 1, name, key: '' })
  }
  return places
}

function stringOf(text: string): string | null {
  try {
    return JSON.parse(text) as string
  } catch {
    return null
  }
}
