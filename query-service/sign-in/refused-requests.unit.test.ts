import type { IncomingMessage } from 'node:http'
import type { AnyCommand, Caller } from '@elves/core/command-api/command.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { expect, test } from 'vitest'
import { RefusedRequests } from './refused-requests.ts'
import { toldRefusals } from './told-refusals.ts'
import { UserSessions } from './user-sessions.ts'

function request(headers: Record<string, string> = {}, method = 'POST', url = '/graphql?token=hidden', address = '10.0.0.9'): IncomingMessage {
  return { method, url, headers: { host: '127.0.0.1', ...headers }, socket: { remoteAddress: address } } as unknown as IncomingMessage
}

function listening() {
  const told: Record<string, unknown>[] = []
  const call = async (command: AnyCommand, { actor }: Caller, sent: Record<string, unknown>) => {
    told.push({ command: command.name, actor: actor.kind, ...sent })
    return { refusedRequestId: 'c', events: [], position: 'p', refusal: null }
  }
  const refused = new RefusedRequests({ commands: { call } as never, logger: silentLogger })
  return { told, refused }
}

const nothing = { origin: null, userId: null, credentialId: null, authKeyId: null }

test('a flood from everywhere is few events, which keep a bounded part of what it wrote and nothing of a query', async () => {
  const { told, refused } = listening()
  for (let nth = 0; nth < 5_000; nth++) {
    const from = request({}, 'GET', `/${'x'.repeat(1_000)}?token=hidden`, `10.0.${nth % 100}.1`)
    refused.tell(from, { reason: 'FOREIGN_ORIGIN', origin: `https://${nth}.${'y'.repeat(1_000)}.example` })
  }
  refused.tell(request(), { reason: 'TOKEN_ENDED', userId: 'U', credentialId: 'S' })
  await refused.stop()
  expect(told).toHaveLength(22)
  expect(JSON.stringify(told)).not.toContain('hidden')
  expect(Math.max(...told.map((one) => JSON.stringify(one).length))).toBeLessThan(600)
  expect(told[20]).toMatchObject({ reason: 'TOKEN_ENDED', door: 'POST /graphql', userId: 'U', credentialId: 'S', count: 1, actor: 'SYSTEM' })
  expect(told[21]).toMatchObject({ command: 'tellRefusedRequest', reason: 'FOREIGN_ORIGIN', ...nothing, count: 4_980, addresses: 100 })
})

test('each refused credential is told by what it was; a guest, and what was only unused for long, is not', async () => {
  const { told, refused } = listening()
  const identities: Readonly<Record<string, object>> = {
    // By the SHA-256 of the tokens.
    [await hashOf('ended')]: { endedOf: 'U', credentialId: 'S', hasExpired: false },
    [await hashOf('idle')]: { endedOf: 'U', credentialId: 'T', hasExpired: true },
  }
  const sessions = new UserSessions({
    identify: async (hash) => (identities[hash] as never) ?? null,
    subscriptions: { events: () => new Promise(() => undefined) } as never,
    serviceSecret: 'secret-of-the-services',
    logger: silentLogger,
  })
  const door = toldRefusals(sessions, refused)
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const page = { cookie: 'elves=stolen', origin: 'http://127.0.0.1' }
  for (const headers of [{}, { authorization: 'Basic eA==' }, bearer('ended'), bearer('idle'), bearer('guessed'), page, { cookie: 'elves=stolen' }]) {
    const ask = async () => door.authenticate(request(headers as Record<string, string>))
    const error = await ask().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ElvesError)
    expect(door.guest?.(error)?.actor.id).toBe('guest')
    // What the refused credentials were is for the log, and not for who shows them.
    expect(JSON.stringify(error)).not.toContain('"U"')
  }
  expect(((await door.authenticate(request(bearer('secret-of-the-services')))) as { actor: object }).actor).toMatchObject({ kind: 'SYSTEM' })
  await refused.stop()
  expect(told.map(({ reason, userId, credentialId, count }) => [reason, userId, credentialId, count])).toEqual([
    ['TOKEN_ENDED', 'U', 'S', 1],
    ['TOKEN_UNKNOWN', null, null, 1],
    ['COOKIE_ALONE', null, null, 1],
    ['TOKEN_UNKNOWN', null, null, 1],
  ])
})

async function hashOf(token: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
  return Buffer.from(bytes).toString('base64url')
}
