import type { FastifyInstance } from 'fastify'
import { builtPage } from '../pages/built-pages.ts'

/** GraphiQL at /graphiql, built with the dashboard: nothing of it comes from another host, and it connects only to this server. */
export async function graphiql(scope: FastifyInstance): Promise<void> {
  scope.get('/graphiql', { exposeHeadRoute: false }, async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', contentSecurityPolicy)
      .send(await builtPage('graphiql.html')),
  )
}

/** Its editor writes style elements of its own, and its style sheet has its fonts in it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join('; ')
