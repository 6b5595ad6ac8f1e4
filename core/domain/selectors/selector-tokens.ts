import { ElvesError } from '../../foundation/errors.ts'
import { cutText } from '../../foundation/text.ts'

interface Token {
  readonly kind: 'WORD' | 'QUOTED' | 'SIGN' | 'END'
  /** Of a quoted text what is in it. */
  readonly text: string
  /** Of its first character; the first of the selector is 0. */
  readonly at: number
}

/** A sign, a text in double quotes (with \" and \\ in it), or a word. Signs are taken as long as they are: `==` is no `=`. */
const tokenPattern = /\s*(?:(?<sign>==|!=|[=!(),])|"(?<quoted>(?:[^"\\]|\\["\\])*)"|(?<word>[^\s,=!()<>"][^\s,=!()<>]*))/uy

/** The parts of a selector, of which the parser sees the next one. */
export class SelectorTokens {
  next: Token
  private place = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
    this.next = this.read()
  }

  isAtEnd(): boolean {
    return this.next.kind === 'END'
  }

  isAt(sign: string): boolean {
    return this.next.kind === 'SIGN' && this.next.text === sign
  }

  /** Goes on if this sign is next. */
  takes(sign: string): boolean {
    if (!this.isAt(sign)) return false
    this.next = this.read()
    return true
  }

  takesWord(word: string): boolean {
    if (this.next.kind !== 'WORD' || this.next.text !== word) return false
    this.next = this.read()
    return true
  }

  takeText(wanted: string): string {
    const { kind, text } = this.next
    // An empty key would be a label that no agent can have.
    if ((kind !== 'WORD' && kind !== 'QUOTED') || text === '') throw unexpectedToken(this.next, wanted)
    this.next = this.read()
    return text
  }

  /** A value may be empty, as in `env=` and `env in (,prod)`. */
  takeValue(): string {
    if (this.isAtEnd() || this.isAt(',') || this.isAt(')')) return ''
    if (this.next.kind === 'QUOTED' && this.next.text === '') {
      this.next = this.read()
      return ''
    }
    return this.takeText('a value')
  }

  private read(): Token {
    tokenPattern.lastIndex = this.place
    const found = tokenPattern.exec(this.text)
    if (!found) return this.readRest()
    this.place = tokenPattern.lastIndex
    const { sign, quoted, word } = found.groups as Record<string, string | undefined>
    const at = found.index + found[0].search(/\S/u)
    if (sign !== undefined) return { kind: 'SIGN', text: sign, at }
    if (quoted !== undefined) return { kind: 'QUOTED', text: quoted.replaceAll(/\\(.)/gu, '$1'), at }
    return { kind: 'WORD', text: word ?? '', at }
  }

  private readRest(): Token {
    const rest = this.text.slice(this.place)
    const at = this.place + rest.length - rest.trimStart().length
    const first = this.text.charAt(at)
    if (first === '') return { kind: 'END', text: '', at: this.text.length }
    if (first === '"') throw selectorInvalid('the text in quotes does not end, or has a \\ before something else than " and \\', at)
    throw selectorInvalid(`'${first}' is no sign of a selector; a text with it stands in double quotes`, at)
  }
}

export function unexpectedToken({ kind, text, at }: Token, wanted: string): ElvesError {
  return selectorInvalid(`${kind === 'END' ? 'it ends' : `'${cutText(text, 40)}' stands`} where ${wanted} must be`, at)
}

export function selectorInvalid(why: string, at: number): ElvesError {
  return new ElvesError('SELECTOR_INVALID', `selector, character ${at + 1}: ${why}`, { facts: { at } })
}
