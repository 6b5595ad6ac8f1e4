import type { IncomingMessage } from 'node:http'
import { type BlockList, isIP } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { addressList, isListed } from './address-list.ts'

/** A client as the platform sees it, or as a trusted proxy says. */
export interface SeenClient {
  readonly address: string
  /** Whether what it is sent travels by TLS. */
  readonly isSecure: boolean
}

const told = new WeakMap<IncomingMessage, SeenClient>()

/**
 * Takes the word of trusted proxies for the address of clients and for their TLS. Returns what does so for a request that is refused before it
 * comes to this. Throws CONFIG_INVALID.
 */
export function trustProxies(server: FastifyInstance, addresses: readonly string[]): (request: IncomingMessage) => void {
  const trusted = addressList('ELVES_TRUSTED_PROXIES', addresses, 'the proxies')
  if (addresses.length === 0) return () => undefined
  const see = (request: IncomingMessage) => void told.set(request, clientBehind(request, trusted))
  server.addHook('onRequest', (request, _reply, done) => {
    see(request.raw)
    done()
  })
  return see
}

/** Returns the client of a request: its connection, unless a trusted proxy said more. */
export function seenClient(request: IncomingMessage): SeenClient {
  return told.get(request) ?? ofConnection(request)
}

function ofConnection({ socket }: IncomingMessage): SeenClient {
  return { address: socket.remoteAddress ?? '', isSecure: (socket as { readonly encrypted?: boolean }).encrypted === true }
}

/**
 * Each proxy adds the address from which it was asked at the end of `X-Forwarded-For`. What stands before the last address that is no trusted
 * proxy's was written by the client, and is not believed.
 */
export function clientBehind(request: IncomingMessage, trusted: BlockList): SeenClient {
  const direct = ofConnection(request)
  if (!isListed(trusted, direct.address)) return direct
  let address = direct.address
  for (const hop of headerOf(request, 'x-forwarded-for').split(',').reverse()) {
    const said = addressIn(hop)
    if (said === null) break
    address = said
    if (!isListed(trusted, said)) break
  }
  const protocol = headerOf(request, 'x-forwarded-proto').split(',').at(-1)?.trim().toLowerCase()
  return { address, isSecure: direct.isSecure || protocol === 'https' }
}

function headerOf({ headers }: IncomingMessage, name: string): string {
  const given = headers[name]
  return Array.isArray(given) ? given.join(',') : (given ?? '')
}

/** Returns an address without its port; null where there is none. */
function addressIn(hop: string): string | null {
  const text = hop.trim()
  const bare = /^\[(.+)\](:\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  return isIP(bare) === 0 ? null : bare
}
