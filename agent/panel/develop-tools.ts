import { randomHexId } from '@elves/core/foundation/ids.ts'
import { isJson } from '@elves/core/foundation/json-text.ts'
import { isSameSecret } from '@elves/core/foundation/secrets.ts'
import { v2Signature } from '@elves/core/foundation/v2-signature.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import { appNamePattern } from '@elves/schemas/link/protocol.ts'
import type { RunEnd, WorkerRunner } from '../runner/worker-call.ts'

export interface DevelopToolsOptions {
  readonly authId: string
  readonly authKey: string
  /** The address that requests name the agent by. */
  readonly ip: () => string
  readonly runner: Pick<WorkerRunner, 'prepare'>
  /** Called with each run that ended. */
  readonly ended: (call: { readonly taskId: string; readonly app: string; readonly func: string; readonly proxy: string | null }, end: RunEnd) => void
  readonly now?: () => number
}

export const execPath = '/api/v2/rt/exec'
const toleranceSeconds = 180
const defaultTimeoutSeconds = 90
const mostRuns = 4
/** Secrets come from the center only. */
const noSecrets: ReadonlyMap<string, string> = new Map()

/** Answer texts of REST v2, docs/contracts/rest-v2.md. */
const refusals = {
  '401.1': 'Unauthorized Missing Sign Param',
  '401.3': 'Unauthorized SignType Is Illegal',
  '401.4': 'Unauthorized Sign Length Is Illegal',
  '401.5': 'Unauthorized Sign Error',
  '401.7': 'Unauthorized Sign Timeout',
  '401.8': 'Unauthorized Timestamp Is Illegal',
  '403.1': 'Request Params (ip) Illegal',
  '403.2': 'Request Params (param) Illegal',
  '403.3': 'Request Params (app) Illegal',
  '403.7': 'Request Params (func) Illegal',
  '403.8': 'Request Params (timeout) Illegal',
  '410.1': 'Send Job To Agent Fail',
  '413.1': 'AuthId Not Found',
} as const
type RefusalNumber = keyof typeof refusals

/** What developer mode serves: a signed address for a call, and the call itself, which the agent runs without a center. */
export class DevelopTools {
  readonly #options: DevelopToolsOptions
  readonly #now: () => number
  #running = 0

  constructor(options: DevelopToolsOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** Returns the signed query of a call, for `/api/v2/rt/exec?`; null without an app or a function. */
  signedQuery(asked: URLSearchParams): string | null {
    const [app, func] = [asked.get('app') ?? '', asked.get('func') ?? '']
    if (app === '' || func === '') return null
    const parameters = new URLSearchParams({ app, auth_id: this.#options.authId, func, ip: this.#options.ip() })
    for (const name of ['param', 'proxy', 'timeout']) {
      const value = asked.get(name) ?? ''
      if (value !== '') parameters.set(name, value)
    }
    parameters.set('timestamp', String(Math.floor(this.#now() / 1_000)))
    parameters.sort()
    const sign = v2Signature({ path: execPath, parameters }, 'md5', this.#options.authKey)
    parameters.set('sign_type', 'MD5')
    parameters.set('sign', sign)
    return parameters.toString()
  }

  /** Runs a signed call; resolves with the answer of REST v2. */
  async exec(parameters: URLSearchParams): Promise<object> {
    const refused = this.#unsigned(parameters) ?? this.#illegal(parameters)
    if (refused) return { flag: 'false', error: `[${refused}]${refusals[refused]}` }
    if (this.#running >= mostRuns) return { flag: 'false', error: `[410.1]${refusals['410.1']}` }
    const text = (name: string) => parameters.get(name) || null
    const call = { taskId: randomHexId(), attempt: 1, app: text('app') ?? '', func: text('func') ?? '', proxy: text('proxy') }
    const timeoutMs = Number(text('timeout') ?? defaultTimeoutSeconds) * 1_000
    this.#running += 1
    try {
      const ready = this.#options.runner.prepare({ ...call, paramText: text('param'), secrets: noSecrets, timeoutMs })
      const end = 'outcome' in ready ? ready : await ready.start().ended
      this.#options.ended(call, end)
      const { workerFlag = -1, message = null, costMs = 0 } = end.output ?? {}
      const result = { id: call.taskId, worker_flag: String(workerFlag), worker_message: inlineText(message) ?? '', worker_costtime: String(costMs) }
      return { flag: 'true', error: '', result }
    } finally {
      this.#running -= 1
    }
  }

  /** The checks of the contract, in its order. */
  #unsigned(parameters: URLSearchParams): RefusalNumber | null {
    const given = (name: string) => parameters.get(name)?.trim() || null
    const [timestamp, signType, sign, authId] = [given('timestamp'), given('sign_type')?.toLowerCase(), given('sign'), given('auth_id')]
    if (!timestamp || !signType || !sign || !authId) return '401.1'
    if (signType !== 'md5' && signType !== 'hmac-sha256') return '401.3'
    if (sign.length !== (signType === 'md5' ? 32 : 64)) return '401.4'
    if (!/^\d+$/.test(timestamp)) return '401.8'
    if (Math.abs(this.#now() / 1_000 - Number(timestamp)) > toleranceSeconds) return '401.7'
    if (!isSameSecret(authId, this.#options.authId)) return '413.1'
    return isSameSecret(sign.toLowerCase(), v2Signature({ path: execPath, parameters }, signType, this.#options.authKey)) ? null : '401.5'
  }

  #illegal(parameters: URLSearchParams): RefusalNumber | null {
    if (parameters.get('ip') !== this.#options.ip()) return '403.1'
    if (!appNamePattern.test(parameters.get('app') ?? '')) return '403.3'
    if ((parameters.get('func') ?? '').trim() === '') return '403.7'
    if (!/^\d{0,7}$/.test(parameters.get('timeout') ?? '')) return '403.8'
    const param = parameters.get('param') ?? ''
    return param === '' || isJson(param) ? null : '403.2'
  }
}
