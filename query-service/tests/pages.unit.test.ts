import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { builtPagesDir } from '../pages/built-pages.ts'
import { pagePaths } from '../pages/pages.ts'
import { type Edge, edge } from './edge.ts'

let it: Edge

afterEach(() => it.stop())

const host = { host: 'localhost' }

test('answers every address of the dashboard with the page, whose styles carry the nonce of this answer', async () => {
  it = await edge()
  const nonces = new Set<string>()
  for (const path of pagePaths) {
    const { statusCode, headers, body } = await it.server.inject({ url: path.replace(':id', '0123456789ABCDEF'), headers: host })
    const nonce = /name="csp-nonce" content="([^"]+)"/.exec(body)?.[1] ?? ''
    expect([path, statusCode, headers['cache-control']]).toEqual([path, 200, 'no-store'])
    expect(headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`)
    expect(headers['content-security-policy']).not.toMatch(/unsafe|https?:/)
    nonces.add(nonce)
  }
  expect(nonces.size).toBe(pagePaths.length)
})

test('has no script in the page itself', async () => {
  it = await edge()
  const { body } = await it.server.inject({ url: '/', headers: host })
  expect(body.match(/<script[^>]*>[^<]/g)).toBeNull()
  expect(body.match(/(src|href)="(?!\/)/g)).toBeNull()
})

test.each(['br', 'gzip'])('sends what the page loads compressed with %s, to be kept for ever', async (encoding) => {
  it = await edge()
  const script = /<script [^>]*src="([^"]+)"/.exec(readFileSync(join(builtPagesDir, 'index.html'), 'utf8'))?.[1] ?? ''
  const { statusCode, headers } = await it.server.inject({ url: script, headers: { ...host, 'accept-encoding': encoding } })
  expect([statusCode, headers['content-encoding'], headers['cache-control']]).toEqual([200, encoding, 'public, max-age=31536000, immutable'])
})

test('answers NOT_FOUND for what no page loads', async () => {
  it = await edge()
  for (const url of ['/assets/nothing.js', '/assets/../../package.json', '/assets/%2e%2e/index.html', '/nothing']) {
    const { statusCode } = await it.server.inject({ url, headers: host })
    expect([url, statusCode]).toEqual([url, 404])
  }
})

test('serves no page where it is told not to', async () => {
  it = await edge({ env: { ELVES_DASHBOARD: 'false' } })
  expect((await it.server.inject({ url: '/', headers: host })).statusCode).toBe(404)
})
