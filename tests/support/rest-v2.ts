import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Doors } from '@elves/standalone/ready-file.ts'
import type { ToSign } from './sign-v2.ts'

export const restMethods = ['GET', 'POST'] as const
export type RestMethod = (typeof restMethods)[number]

/** An answer as it came over the wire. */
export interface RawRestAnswer {
  readonly status: number
  readonly type: string | null
  readonly text: string
}

export interface RestCall {
  readonly path: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly signType?: string
  /** Unix seconds; default now. */
  readonly timestamp?: string
  /** Changes the signed query before it is sent. */
  change?(query: string): string
}

/** A client of REST v2 whose signatures come from one Python process, which shares no code with ours. */
export interface RestClient {
  /** Sends the signed query in the address (GET) or as a form (POST). */
  call(method: RestMethod, call: RestCall): Promise<RawRestAnswer>
  close(): void
}

export function restClient(doors: () => Doors): RestClient {
  const python = spawn('python3', [join(import.meta.dirname, 'sign_v2.py')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const signatures = createInterface(python.stdout)[Symbol.asyncIterator]()
  /** One signature at a time, so that each answer is that of its question. */
  let turn: Promise<unknown> = Promise.resolve()

  function signed({ path, parameters, key, signType = 'md5' }: ToSign): Promise<string> {
    const next = turn.then(async () => {
      python.stdin.write(`${JSON.stringify({ path, parameters, key, sign_type: signType })}\n`)
      return ((await signatures.next()) as IteratorYieldResult<string>).value
    })
    turn = next.catch(() => undefined)
    return next
  }

  return {
    async call(method, { path, parameters = {}, signType = 'md5', timestamp = String(Math.floor(Date.now() / 1000)), change = (query) => query }) {
      const { url, authId, authKey } = doors()
      const all = { auth_id: authId, timestamp, ...parameters }
      const sign = await signed({ path, parameters: all, key: authKey, signType })
      const query = change(new URLSearchParams({ ...all, sign_type: signType, sign }).toString())
      const form = { method, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: query }
      const response = method === 'GET' ? await fetch(`${url}${path}?${query}`) : await fetch(`${url}${path}`, form)
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
    },
    close: () => python.stdin.end(),
  }
}
