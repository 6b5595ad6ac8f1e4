import { randomUUID } from 'node:crypto'
import { authKeyStream } from '@elves/core/domain/auth-key/auth-key.ts'
import { denialStream } from '@elves/core/domain/denial/denial.ts'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import { grantStream } from '@elves/core/domain/grant/grant.ts'
import { refusedRequestStream } from '@elves/core/domain/refused-request/refused-request.ts'
import { roleStream } from '@elves/core/domain/role/role.ts'
import { secretIdOf, secretStream } from '@elves/core/domain/secret/secret.ts'
import { contextOf, type StreamPart } from './sample-parts.ts'

/** A role, a grant, an auth key and a secret from beginning to end, somebody who was refused, and a request of nobody. */
export function accessLives(): StreamPart[][] {
  const admin = contextOf({ kind: 'LOCAL', id: 'local', name: null }, randomUUID())
  const script = contextOf({ kind: 'AUTH_KEY', id: 'AAAA000000000001', name: null }, randomUUID())
  const life = (stream: string, events: readonly DomainEvent[], context = admin): StreamPart[] => events.map((event) => ({ stream, event, context }))
  const scope = { apps: ['apptest', 'ü'], funcs: ['*'], agents: 'env=prod,机房 in (上海,eu)', secrets: ['db', 'ü'] }
  const subject = { subjectKind: 'AUTH_KEY', subjectId: 'AAAA000000000001' }
  const signIn = contextOf({ kind: 'SYSTEM', id: 'sign-in', name: null }, randomUUID())
  const refused = {
    reason: 'TOKEN_ENDED',
    door: 'POST /graphql',
    origin: null,
    userId: 'EEEE000000000001',
    credentialId: 'EEEE000000000002',
    authKeyId: 'ü',
    remoteAddress: '10.0.0.9',
    addresses: 2,
  }
  const denial = {
    permission: 'RUN',
    command: 'runTasks',
    app: 'ü',
    func: 'stop',
    agentId: null,
    message: 'no role and no grant allows it',
    code: 'FORBIDDEN',
  }
  return [
    life(roleStream('night'), [
      { type: 'RoleCreated', data: { description: 'ü', permissions: ['VIEW', 'RUN'], ...scope } },
      { type: 'RoleChanged', data: { description: '', permissions: ['VIEW'], ...scope } },
      { type: 'RoleDeleted', data: {} },
    ]),
    life(grantStream('BBBB000000000001'), [
      { type: 'GrantGiven', data: { ...subject, permission: 'RUN', ...scope, expiresAt: 9_000_000_000_000, idempotencyKey: 'k' } },
      { type: 'GrantRevoked', data: { reason: 'ü done' } },
    ]),
    life(authKeyStream('AAAA000000000001'), [
      { type: 'AuthKeyCreated', data: { name: 'ü', app: 'apptest', secretId: 'first', idempotencyKey: null } },
      { type: 'AuthKeyRotated', data: { secretId: 'CCCC000000000001', earlierUntil: 9, idempotencyKey: null } },
      { type: 'AuthKeyRevoked', data: { reason: null } },
    ]),
    life(secretStream(secretIdOf('db')), [
      { type: 'SecretCreated', data: { name: 'db', apps: ['apptest', 'ü'], version: 1, valueId: 'DDDD000000000001', idempotencyKey: 'k' } },
      { type: 'SecretRotated', data: { version: 2, valueId: 'DDDD000000000002', idempotencyKey: null } },
      { type: 'SecretChanged', data: { apps: ['*'] } },
      { type: 'SecretSealedAnew', data: { version: 2 } },
      { type: 'SecretDeleted', data: { reason: 'ü gone' } },
    ]),
    life(denialStream(script.actor, 0), [{ type: 'AccessDenied', data: { ...denial, count: 3, firstAt: 1, lastAt: 2 } }], script),
    life(refusedRequestStream('TOKEN_ENDED', 0), [{ type: 'RequestRefused', data: { ...refused, count: 3, firstAt: 1, lastAt: 2 } }], signIn),
  ]
}
