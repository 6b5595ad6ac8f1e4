/**
 * Reads the text of an environment variable as a value. zod was rejected: it would cost each agent 15 MB of resident memory
 * (measured), and settings are only texts, numbers and switches.
 */
export interface SettingType<T> {
  /** For the error message: "expected …". */
  readonly expects: string
  /** Returns undefined if the text does not fit. */
  read(text: string): T | undefined
}

export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): SettingType<number> {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`
  return {
    expects: `a whole number ${range}`,
    read: (text) => {
      const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
      return value >= min && value <= max ? value : undefined
    },
  }
}

export const anyText: SettingType<string> = { expects: 'text', read: (text) => text }

export function urlOf(...protocols: readonly string[]): SettingType<string> {
  return {
    expects: `a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    read: (text) => (protocols.includes(URL.parse(text)?.protocol ?? '') ? text : undefined),
  }
}

const switches: Readonly<Record<string, boolean>> = { true: true, yes: true, on: true, '1': true, false: false, no: false, off: false, '0': false }

export const onOff: SettingType<boolean> = {
  expects: 'true or false (also yes, on, 1, no, off, 0)',
  read: (text) => (Object.hasOwn(switches, text.toLowerCase()) ? switches[text.toLowerCase()] : undefined),
}

/** Texts, comma-separated, each of which must match. */
export function listOf(pattern: RegExp, expects: string): SettingType<readonly string[]> {
  return {
    expects: `${expects}, comma-separated`,
    read(text) {
      const items = text.split(',').map((item) => item.trim())
      return items.every((item) => pattern.test(item)) ? items : undefined
    },
  }
}

export function oneOf<const Choice extends string>(...choices: readonly Choice[]): SettingType<Choice> {
  return { expects: `one of ${choices.join(', ')}`, read: (text) => choices.find((choice) => choice === text) }
}
