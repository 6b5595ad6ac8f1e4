import { type CronRule, CronRuleError, cronRule, cronRuleLength } from '@elves/core/foundation/cron-rule.ts'
import { isDeeperThan, membersOf, type Span } from '@elves/core/foundation/json-text.ts'
import { cutText, withoutNul } from '@elves/core/foundation/text.ts'
import type { OwnCron } from '@elves/schemas/generated/types.ts'
import { appNamePattern, callLimits, cronIdLength, ownCronLimits } from '@elves/schemas/link/protocol.ts'

/** What a cron of the file runs, and when. */
export interface CronCall {
  readonly rule: CronRule
  readonly app: string
  readonly func: string
  /** JSON text, byte for byte as in the file; null: none. */
  readonly param: string | null
  readonly proxy: string | null
  readonly processor: boolean
  /** 0: none. */
  readonly timeoutMs: number
}

/** An entry of cron.json. */
export interface CronEntry {
  /** What people see of it. */
  readonly told: OwnCron
  /** Null if it does not run: it is broken, or its flag is false. */
  readonly call: CronCall | null
}

/** Says in a sentence for people what is wrong with the file, or with one entry. */
export class CronFileError extends Error {}

export const cronFileBytes = 1024 * 1024
/** All entries are told to the center in one message. */
const { entries: mostEntries, textLength: toldLength } = ownCronLimits
const controlCharacters = /\p{Cc}/u

/**
 * Reads the text of a cron.json, as in docs/contracts/worker-protocol.md. A broken entry is in the result with its error, so that
 * the others run. Throws CronFileError if the text is no such file at all.
 */
export function parseCronFile(text: string, timeZone: string): readonly CronEntry[] {
  const file = parsed(text)
  if (!isObject(file)) throw new CronFileError('the file must hold a JSON object, its keys are the ids of the crons')
  const ids = Object.keys(file)
  if (ids.length > mostEntries) throw new CronFileError(`the file has ${ids.length} crons, at most ${mostEntries} are allowed`)
  const spans = membersOf(text, ids)
  return ids.map((id) => entryOf(id, file[id], text, spans.get(id) ?? null, timeZone))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CronFileError(`the file is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function entryOf(id: string, value: unknown, text: string, span: Span | null, timeZone: string): CronEntry {
  const plain = { id: shown(id, cronIdLength), comment: '', app: '', func: '', processor: false, rule: '', isEnabled: false }
  try {
    if (id === '' || id.length > cronIdLength || isSpoiled(id)) {
      throw new CronFileError(`the id of a cron is one line of 1 to ${cronIdLength} characters`)
    }
    if (!isObject(value)) throw new CronFileError('a cron is a JSON object')
    const fields = new Fields(value)
    const told = { ...plain, ...fields.shown(), error: null }
    try {
      const call = callOf(fields, text, span, timeZone)
      return { told: { ...told, processor: call.processor, isEnabled: fields.flag() }, call: fields.flag() ? call : null }
    } catch (error) {
      return { told: { ...told, error: messageOf(error) }, call: null }
    }
  } catch (error) {
    return { told: { ...plain, error: messageOf(error) }, call: null }
  }
}

function messageOf(error: unknown): string {
  if (error instanceof CronFileError || error instanceof CronRuleError) return shown(error.message, toldLength)
  throw error
}

function callOf(fields: Fields, text: string, span: Span | null, timeZone: string): CronCall {
  fields.flag()
  const app = fields.text('app')
  if (app.length > callLimits.appLength || !appNamePattern.test(app)) throw new CronFileError(`App: ${JSON.stringify(app)} is not the name of an app`)
  const func = fields.text('func')
  if (func.trim() === '' || func.length > callLimits.funcLength || isSpoiled(func)) throw new CronFileError(lineOf('Func', callLimits.funcLength))
  const rule = fields.text('rule')
  const next = cronRule(rule, timeZone)
  if (next.next(Date.now()) === null) throw new CronFileError('Rule: it never fires')
  return {
    rule: next,
    app,
    func,
    param: paramOf(fields, text, span),
    proxy: proxyOf(fields),
    processor: modeOf(fields),
    timeoutMs: timeoutOf(fields),
  }
}

/** The parameter is passed on as it is written: a number that is read and written again may be another one. */
function paramOf(fields: Fields, text: string, span: Span | null): string | null {
  const value = fields.get('param')
  if (value === undefined || value === null || value === '') return null
  const name = fields.nameOf('param')
  const place = span && name !== null ? membersOf(text, [name], span.start).get(name) : undefined
  const param = place ? text.slice(place.start, place.end) : JSON.stringify(value)
  if (Buffer.byteLength(param) > callLimits.paramBytes) throw new CronFileError(`Param: at most ${callLimits.paramBytes} bytes are allowed`)
  if (isDeeperThan(param, callLimits.paramDepth)) throw new CronFileError(`Param: it nests more than ${callLimits.paramDepth} levels deep`)
  if (!param.isWellFormed()) throw new CronFileError('Param: it has half a surrogate pair, which has no UTF-8 form')
  return param
}

function proxyOf(fields: Fields): string | null {
  const proxy = fields.text('proxy', '')
  if (proxy === '') return null
  if (proxy.trim() === '' || proxy.length > callLimits.proxyLength || isSpoiled(proxy))
    throw new CronFileError(lineOf('Proxy', callLimits.proxyLength))
  return proxy
}

function modeOf(fields: Fields): boolean {
  const mode = fields.text('mode', 'NP').toUpperCase()
  if (mode !== 'P' && mode !== 'NP') throw new CronFileError(`Mode: ${JSON.stringify(mode)} is neither P nor NP`)
  return mode === 'P'
}

function timeoutOf(fields: Fields): number {
  const given = fields.get('timeout') ?? 0
  const seconds = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given
  const most = callLimits.timeoutMs / 1000
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0 && seconds <= most) return seconds * 1000
  throw new CronFileError(`Timeout: whole seconds from 0 (none) to ${most}`)
}

function lineOf(name: string, length: number): string {
  return `${name}: one line of 1 to ${length} characters`
}

function isSpoiled(text: string): boolean {
  return controlCharacters.test(text) || !text.isWellFormed()
}

function shown(text: string, length: number): string {
  return withoutNul(cutText(text.toWellFormed(), length))
}

/** The members of an entry, by their names in lower case: the names may be in any case. */
class Fields {
  readonly #values = new Map<string, { readonly name: string; readonly value: unknown }>()

  constructor(entry: Readonly<Record<string, unknown>>) {
    for (const [name, value] of Object.entries(entry)) {
      const known = this.#values.get(name.toLowerCase())
      if (known) throw new CronFileError(`${shown(known.name, 32)} and ${shown(name, 32)} are the same field`)
      this.#values.set(name.toLowerCase(), { name, value })
    }
  }

  get(name: string): unknown {
    return this.#values.get(name)?.value
  }

  nameOf(name: string): string | null {
    return this.#values.get(name)?.name ?? null
  }

  text(name: string, fallback?: string): string {
    const value = this.get(name) ?? fallback
    if (typeof value === 'string') return value
    const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
    throw new CronFileError(value === undefined ? `${title} is missing` : `${title}: a text is wanted`)
  }

  flag(): boolean {
    const value = this.get('flag')
    const word = typeof value === 'string' ? value.trim().toLowerCase() : value
    if (word === true || word === 'true') return true
    if (word === false || word === 'false') return false
    throw new CronFileError(value === undefined ? 'Flag is missing: true or false' : 'Flag: true or false')
  }

  /** What can be shown of the entry, whether it is right or not. */
  shown(): Pick<OwnCron, 'comment' | 'app' | 'func' | 'rule'> {
    const text = (name: string, length: number) => {
      const value = this.get(name)
      return typeof value === 'string' ? shown(value, length) : ''
    }
    return {
      comment: text('comment', toldLength),
      app: text('app', callLimits.appLength),
      func: text('func', callLimits.funcLength),
      rule: text('rule', cronRuleLength),
    }
  }
}
