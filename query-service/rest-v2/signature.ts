import { isSameSecret } from '@elves/core/foundation/secrets.ts'
import { v2Signature } from '@elves/core/foundation/v2-signature.ts'
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
  const fits = keys.map((key) => isSameSecret(sign.toLowerCase(), v2Signature(request, signType === 'md5' ? 'md5' : 'hmac-sha256', key)))
  if (!fits.includes(true)) return restRefusal('401.5')
  const app = given(parameters, 'app')
  const ip = given(parameters, 'ip')
  if ((app !== null || ip !== null) && !(await authKeys.mayRun(authId, app, ip))) return restRefusal('401.6')
  return { authId }
}
