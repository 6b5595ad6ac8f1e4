import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { builtPage, builtPagesDir } from './built-pages.ts'

/** The addresses of the dashboard. All answer the same page, which shows what the address says. */
export const pagePaths = [
  ...[
    '/',
    '/run',
    '/tasks',
    '/tasks/:id',
    '/approvals',
    '/queues',
    '/queues/:id',
    '/schedules',
    '/agents',
    '/agents/:id',
    '/apps',
    '/access',
    '/audit',
    '/system',
    '/me',
  ],
] as const

const oneYearS = 365 * 24 * 3600

/**
 * The dashboard at `/`. The page itself is made for each answer, because its policy allows only the styles that carry the nonce of this
 * answer; what it loads has a hash in its name, is compressed already, and may be kept for ever.
 */
export async function pages(server: FastifyInstance, dir: string = builtPagesDir): Promise<void> {
  for (const path of pagePaths) {
    server.get(path, { exposeHeadRoute: false }, async (_request, reply) => {
      const nonce = randomBytes(18).toString('base64')
      const text = (await builtPage('index.html', dir)).replace('%NONCE%', nonce)
      return reply.type('text/html; charset=utf-8').headers(policyOf(nonce)).send(text)
    })
  }
}

/** What the pages load: `/assets` and the icon. */
export async function pageAssets(server: FastifyInstance, dir: string = builtPagesDir): Promise<void> {
  await server.register(fastifyStatic, {
    root: join(dir, 'assets'),
    prefix: '/assets/',
    preCompressed: true,
    index: false,
    decorateReply: false,
    // The server's hook has said `no-store` for all answers.
    cacheControl: false,
    setHeaders: (reply) => {
      reply.header('cache-control', `public, max-age=${oneYearS}, immutable`).header('x-content-type-options', 'nosniff')
    },
  })
  server.get('/icon.svg', { exposeHeadRoute: false }, async (_request, reply) =>
    reply
      .type('image/svg+xml')
      .header('cache-control', 'public, max-age=3600')
      .send(await builtPage('icon.svg', dir)),
  )
}

function policyOf(nonce: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ]
  return { 'content-security-policy': policy.join('; '), 'referrer-policy': 'same-origin', 'x-content-type-options': 'nosniff' }
}
