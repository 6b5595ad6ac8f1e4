import { createHash, createHmac } from 'node:crypto'

export interface SignedV2 {
  /** Path without the query; a path that begins with `//` is read as `/`. */
  readonly path: string
  readonly parameters: Iterable<readonly [name: string, value: string]>
}

/** Returns the signature of a request of REST v2, in lower-case hex digits: 32 of MD5, 64 of `hmac-sha256`. */
export function v2Signature(request: SignedV2, signType: 'md5' | 'hmac-sha256', key: string): string {
  const text = v2SignedText(request)
  if (signType === 'hmac-sha256') return createHmac('sha256', key).update(text).digest('hex')
  return createHash('md5')
    .update(text + key)
    .digest('hex')
}

/** Returns the signed text: `/path?a=1&b=2` with all parameters except `sign` and `sign_type`, sorted by name in plain string order. */
function v2SignedText({ path, parameters }: SignedV2): string {
  const pairs = [...parameters].filter(([name]) => name !== 'sign' && name !== 'sign_type')
  pairs.sort(([one], [other]) => (one < other ? -1 : 1))
  return `${path.replace(/^\/{2,}/, '/')}?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`
}
