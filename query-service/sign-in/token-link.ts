import type { FastifyInstance } from 'fastify'
import { setCookie } from './credentials.ts'
import { cookieSeconds, type LocalAdmin } from './local-admin.ts'

/**
 * Serves the link that the start message shows, `/?token=…`: it turns the token into a cookie and leads to the same address without
 * it, so that the address bar and the history do not show it. `page` is where it leads while nothing is at `/`; null: nowhere, it says so.
 */
export function tokenLink(server: FastifyInstance, admin: LocalAdmin, page: string | null): void {
  server.addHook('onRequest', (request, reply, done) => {
    // No URL is made of it: it may be any text, and this hook runs for every request.
    const [path, query = ''] = (request.raw.url ?? '').split('?', 2)
    if (request.method !== 'GET' || path !== '/') return done()
    const parameters = new URLSearchParams(query)
    const token = parameters.get('token')
    if (token === null) return done()
    const cookie = admin.cookieFor(token)
    if (cookie === null) {
      reply.status(401).type('text/plain; charset=utf-8').send('The token is not the one of this platform. The link is in its start message.\n')
      return
    }
    parameters.delete('token')
    const rest = parameters.size === 0 ? '' : `?${parameters}`
    reply.header('set-cookie', setCookie(request.raw, cookie, cookieSeconds)).header('referrer-policy', 'no-referrer')
    const to = server.hasRoute({ method: 'GET', url: '/' }) ? '/' : page
    if (to === null) reply.type('text/plain; charset=utf-8').send('This browser is signed in.\n')
    else reply.redirect(`${to}${rest}`, 303)
  })
}
