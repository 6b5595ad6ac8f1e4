import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** Somebody at the provider, whose subject is the login. */
export interface Account {
  readonly preferred_username: string
  readonly name?: string
  readonly groups?: readonly string[]
}

export interface IdentityProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** By the login that they type. */
  readonly accounts: Map<string, Account>
  /** Takes browsers back to this address; call it before the first sign-in. */
  allow(callback: string): void
  stop(): Promise<void>
}

/** A real OpenID Connect provider on 127.0.0.1: oidc-provider with its own pages, which take any password. */
export async function identityProvider(): Promise<IdentityProvider> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const [clientId, clientSecret] = ['elves', 'the secret of elves at the provider']
  const accounts = new Map<string, Account>()
  let callbacks: readonly string[] = []
  const handler = () => {
    const provider = new Provider(issuer, {
      clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [...callbacks] }],
      claims: { openid: ['sub'], profile: ['preferred_username', 'name', 'groups'] },
      findAccount: (_context, login) => {
        const account = accounts.get(login)
        return account && { accountId: login, claims: async () => ({ ...account, sub: login }) as never }
      },
      pkce: { required: () => true },
      cookies: { keys: ['of a test'] },
    })
    return provider.callback()
  }
  let serve: ReturnType<typeof handler> | undefined
  server.on('request', (request, response) => {
    serve ??= handler()
    serve(request, response)
  })
  return {
    issuer,
    clientId,
    clientSecret,
    accounts,
    allow(callback) {
      callbacks = [...callbacks, callback]
      serve = undefined
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A browser as far as a sign-in needs one: it follows redirects, keeps cookies by host and port, and fills in forms. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>()

  /** Cookies that it sends there. */
  cookies(url: string): string {
    return [...(this.#cookies.get(new URL(url).host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** Opens an address and whatever it leads to, until `isLast` or no redirect. */
  async open(
    url: string,
    form?: Record<string, string>,
    isLast: (url: string) => boolean = () => false,
  ): Promise<{ url: string; status: number; text: string }> {
    for (let at = url, body = form; ; ) {
      const { status, headers, text } = await exchange(at, this.cookies(at), body)
      this.#keep(at, headers['set-cookie'] ?? [])
      const to = headers.location
      if (to === undefined) return { url: at, status, text }
      at = new URL(to, at).href
      body = undefined
      if (isLast(at)) return { url: at, status, text: '' }
    }
  }

  /** Signs in at the pages of oidc-provider that an address leads to. */
  async signIn(url: string, login: string, isLast?: (url: string) => boolean): Promise<{ url: string; status: number; text: string }> {
    const asked = await this.open(url)
    const consent = await this.open(actionOf(asked), { prompt: 'login', login, password: 'any' }, isLast)
    return consent.text.includes('value="consent"') ? this.open(actionOf(consent), { prompt: 'consent' }, isLast) : consent
  }

  #keep(url: string, set: readonly string[]): void {
    const { host } = new URL(url)
    const own = this.#cookies.get(host) ?? new Map<string, string>()
    this.#cookies.set(host, own)
    for (const line of set) {
      const [pair = ''] = line.split(';')
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
      if (value === '' || /max-age=0/i.test(line)) own.delete(name)
      else own.set(name, value)
    }
  }
}

/** By node:http: fetch says of every request that a script made it. */
async function exchange(
  url: string,
  cookie: string,
  form: Record<string, string> | undefined,
): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }> {
  const body = form ? String(new URLSearchParams(form)) : ''
  const navigates = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  const type = form ? { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(Buffer.byteLength(body)) } : {}
  const asked = httpRequest(url, { method: form ? 'POST' : 'GET', headers: { ...(cookie !== '' && { cookie }), ...navigates, ...type } })
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  let text = ''
  for await (const part of answer.setEncoding('utf8')) text += part
  return { status: answer.statusCode ?? 0, headers: answer.headers, text }
}

function actionOf({ url, text }: { readonly url: string; readonly text: string }): string {
  const action = /<form[^>]* action="([^"]+)"/.exec(text)?.[1]
  if (action === undefined) throw new Error(`no form at ${url}: ${text.slice(0, 300)}`)
  return new URL(action.replaceAll('&amp;', '&'), url).href
}
