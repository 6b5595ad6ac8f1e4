import { ElvesError } from '@elves/core/foundation/errors.ts'

export interface GatewayAddress {
  readonly url: string
  readonly joinToken: string
}

/** Takes the join token out of the gateway's URL: it is sent in the hello, because proxies log URLs. Throws CONFIG_INVALID. */
export function gatewayAddress(text: string): GatewayAddress {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'ws:' && url.protocol !== 'wss:')) {
    const message = 'ELVES_GATEWAY_URL must be the ws:// or wss:// address of a gateway, as the center prints it (ws://host:4100/gateway?token=…)'
    throw new ElvesError('CONFIG_INVALID', message, { facts: { name: 'ELVES_GATEWAY_URL' } })
  }
  const joinToken = url.searchParams.get('token') ?? ''
  url.searchParams.delete('token')
  url.hash = ''
  return { url: url.href, joinToken }
}
