import { createHash, createHmac } from 'node:crypto'
import { isSameSecret } from '@elves/core/foundation/secrets.ts'
import { type RestRefusal, restRefusal } from './answers.ts'
import type { AuthKeys } from './auth-keys.ts'
import { given, type Parameters } from './parameters.ts'

const toleranceSeconds = 180
const signLengths: { readonly [signType: string]: number } = { md5: 32, 'hmac-sha256': 64 }

export interface SignedRequest {
  /** Path without the query; a path that begins with `//` is read as `/`. */
  readonly path: string
  readonly parameters: Parameters
}

/** Returns the auth id if the signature is valid, else the refusal of the first check in the contract's table that fails. */
export async function checkSignature(
  request: SignedRequest,
  authKeys: AuthKeys,
  nowMs: number,
  signTypes: readonly string[] = Object.keys(signLengths),
): Promise<{ authId: string } | RestRefusal> {
  const { parameters } = request
  const timestamp = given(parameters, 'timestamp')
  const signType = given(parameters, 'sign_type')?.toLowerCase()
  const sign = given(parameters, 'sign')
  const authId = given(parameters, 'auth_id')
  if (timestamp === null || signType === undefined || sign === null || authId === null) return restRefusal('401.1')
  const signLength = Object.hasOwn(signLengths, signType) && signTypes.includes(signType) ? signLengths[signType] : undefined
  if (signLength === undefined) return restRefusal('401.3')
  if (sign.length !== signLength) return restRefusal('401.4')
  if (!/^[0-9]+$/.test(timestamp)) return restRefusal('401.8')
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > toleranceSeconds) return restRefusal('401.7')
  const keys = await authKeys.keysOf(authId)
  if (keys === null) return restRefusal('413.1')
  // Each of them, so that the time does not tell which.
  const fits = keys.map((key) => isSameSecret(sign.toLowerCase(), signatureOf(request, signType, key)))
  if (!fits.includes(true)) return restRefusal('401.5')
  const app = given(parameters, 'app')
  const ip = given(parameters, 'ip')
  if ((app !== null || ip !== null) && !(await authKeys.mayRun(authId, app, ip))) return restRefusal('401.6')
  return { authId }
}

function signatureOf(request: SignedRequest, signType: string, key: string): string {
  const text = signedText(request)
  if (signType === 'md5')
    return createHash('md5')
      .update(text + key)
      .digest('hex')
  return createHmac('sha256', key).update(text).digest('hex')
}

/** Returns the signed text: `/path?a=1&b=2` with all parameters except `sign` and `sign_type`, sorted by name in plain string order. */
function signedText({ path, parameters }: SignedRequest): string {
  const pairs = [...parameters].filter(([name]) => name !== 'sign' && name !== 'sign_type')
  pairs.sort(([one], [other]) => (one < other ? -1 : 1))
  return `${path.replace(/^\/{2,}/, '/')}?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`
}
