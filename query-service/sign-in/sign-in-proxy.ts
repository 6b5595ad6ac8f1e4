import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { BlockList } from 'node:net'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { setBounded } from '@elves/core/foundation/set-bounded.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { addressList, isListed } from './address-list.ts'
import type { Authenticated, Authenticator } from './authenticator.ts'
import { bearerToken } from './credentials.ts'
import { type EnteringOptions, entered } from './entered.ts'
import type { UserSessions } from './user-sessions.ts'

type ProxySettings = Pick<Settings, 'ELVES_PROXY_ADDRESSES' | 'ELVES_PROXY_USER_HEADER' | 'ELVES_PROXY_GROUPS_HEADER'>

export interface SignInProxyOptions extends EnteringOptions {
  readonly settings: ProxySettings
  readonly sessions: UserSessions
}

/** Who a proxy says that sends a request. */
interface Named {
  readonly name: string
  /** Null: it names none. */
  readonly groups: readonly string[] | null
}

const mostNamed = 10_000
/** How the tokens begin that the platform gives: a proxy may send tokens of its own along. */
const ownToken = /^elves_/

/**
 * Mode `proxy`: whoever sends from one of the proxies' addresses says in a header who somebody is. The platform begins a session for each name
 * and set of groups, so that people are listed, ended and disabled as in mode `users`. Programs may send access tokens, from anywhere. Throws
 * CONFIG_INVALID.
 */
export class SignInProxy implements Authenticator {
  readonly #options: SignInProxyOptions
  readonly #addresses: BlockList
  /** Tokens of sessions, by name and groups. */
  readonly #tokens = new Map<string, Promise<string>>()

  constructor(options: SignInProxyOptions) {
    this.#options = options
    this.#addresses = proxyAddresses(options.settings.ELVES_PROXY_ADDRESSES)
  }

  async authenticate(request: IncomingMessage, authorization = request.headers.authorization): Promise<Authenticated> {
    const { sessions } = this.#options
    const token = bearerToken(authorization)
    const named = this.#namedBy(request)
    if (token !== null && (named === null || ownToken.test(token))) return sessions.authenticate(request, authorization)
    if (named === null) throw this.#unnamed(request)
    const key = JSON.stringify([named.name.toLowerCase(), named.groups])
    const known = this.#tokens.get(key)
    if (known) {
      try {
        return await sessions.ofToken(await known)
      } catch (error) {
        if (!(error instanceof ElvesError) || error.code !== 'UNAUTHENTICATED') throw error
        // The session has ended: the proxy vouches for another one.
        if (this.#tokens.get(key) === known) this.#tokens.delete(key)
      }
    }
    return sessions.ofToken(await this.#begin(key, named, request))
  }

  /** Requests that come together begin one session. */
  #begin(key: string, named: Named, request: IncomingMessage): Promise<string> {
    const begun = this.#tokens.get(key)
    if (begun) return begun
    const beginning = this.#enter(named, request)
    setBounded(this.#tokens, key, beginning, mostNamed)
    beginning.catch(() => this.#tokens.delete(key))
    return beginning
  }

  async #enter(named: Named, request: IncomingMessage): Promise<string> {
    const caller = { by: 'sign-in-proxy', correlationId: randomUUID(), metadata: {} }
    return (await entered(this.#options, request, { method: 'PROXY', ...named }, caller)).secret ?? ''
  }

  #namedBy(request: IncomingMessage): Named | null {
    const { ELVES_PROXY_USER_HEADER: userHeader, ELVES_PROXY_GROUPS_HEADER: groupsHeader } = this.#options.settings
    const name = textOf(request, userHeader)
    if (name === '' || !this.#isProxy(request)) return null
    if (groupsHeader === '') return { name, groups: null }
    const groups = textOf(request, groupsHeader)
      .split(',')
      .map((group) => group.trim())
    return { name, groups: [...new Set(groups.filter((group) => group !== ''))].sort() }
  }

  #isProxy({ socket: { remoteAddress = '' } }: IncomingMessage): boolean {
    return isListed(this.#addresses, remoteAddress)
  }

  #unnamed(request: IncomingMessage): ElvesError {
    const header = this.#options.settings.ELVES_PROXY_USER_HEADER
    if (!this.#isProxy(request)) {
      const message = `people come through the sign-in proxy: this request comes from ${request.socket.remoteAddress}, which is not in ELVES_PROXY_ADDRESSES`
      return new ElvesError('UNAUTHENTICATED', `${message}; a program sends the header \`Authorization: Bearer <access token>\``)
    }
    return new ElvesError('UNAUTHENTICATED', `the sign-in proxy names nobody: it must send the header ${header}`)
  }
}

function textOf({ headers }: IncomingMessage, name: string): string {
  const given = headers[name]
  return (Array.isArray(given) ? given.join(',') : (given ?? '')).trim()
}

/** Returns the addresses of ELVES_PROXY_ADDRESSES. Throws CONFIG_INVALID for none, for what is no address, and for all of them. */
export function proxyAddresses(addresses: readonly string[]): BlockList {
  if (addresses.length > 0) return addressList('ELVES_PROXY_ADDRESSES', addresses, 'the sign-in proxies')
  throw new ElvesError('CONFIG_INVALID', 'ELVES_AUTH=proxy needs ELVES_PROXY_ADDRESSES: without it anybody could say in a header to be anybody')
}
