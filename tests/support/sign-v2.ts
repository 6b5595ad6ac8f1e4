import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

export interface ToSign {
  readonly path: string
  readonly parameters: Readonly<Record<string, string>>
  readonly key: string
  readonly signType?: string
}

/** Signs with a program that shares no code with ours (Python's hashlib). */
export function signV2({ path, parameters, key, signType = 'md5' }: ToSign): string {
  const input = `${JSON.stringify({ path, parameters, key, sign_type: signType })}\n`
  return execFileSync('python3', [join(import.meta.dirname, 'sign_v2.py')], { input, encoding: 'utf8' }).trim()
}

/** Makes the query string of a signed request: adds `auth_id`, `timestamp` (default now), `sign_type` and `sign`. */
export function signedQuery(
  { path, parameters, key, signType = 'md5' }: ToSign,
  authId: string,
  timestamp = String(Math.floor(Date.now() / 1000)),
): string {
  const all = { auth_id: authId, timestamp, ...parameters }
  const sign = signV2({ path, parameters: all, key, signType })
  return new URLSearchParams({ ...all, sign_type: signType, sign }).toString()
}
