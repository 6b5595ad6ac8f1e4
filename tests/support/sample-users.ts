import { randomUUID } from 'node:crypto'
import { nobodyId, type UserEvent, userIdOf, userStream } from '@elves/core/domain/user/user.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import { contextOf, type StreamPart } from './sample-parts.ts'

/** A user's first weeks, from being made to being disabled and back; one who was erased; and failures with names that no user has. */
export function userLives(): StreamPart[][] {
  const admin = contextOf({ kind: 'LOCAL', id: 'local', name: null }, randomUUID())
  const id = userIdOf('Ann')
  const own = contextOf({ kind: 'USER', id, name: 'Ann' }, randomUUID())
  const platform = contextOf({ kind: 'SYSTEM', id: 'sign-in', name: null }, randomUUID())
  const part = (event: UserEvent, context = own): StreamPart => ({ stream: userStream(id), event, context })
  const at = { remoteAddress: '10.0.0.9', expiresAt: 9_000_000_000_000 }
  const failures = { remoteAddress: '10.0.0.9', addresses: 2, count: 40, firstAt: 1_000, lastAt: 2_000, lockedUntil: 5_000 }
  const signedIn = (sessionId: string): UserEvent => ({
    type: 'UserSignedIn',
    data: { sessionId, method: 'PASSWORD', hasSecondFactor: false, program: 'ü browser', ...at },
  })
  const life = [
    part({ type: 'UserCreated', data: { name: 'Ann', displayName: 'Ännchen 安', roles: ['operator'] } }, admin),
    part({ type: 'UserPasswordSet', data: { isOneTime: true } }, admin),
    part({ type: 'UserSignInFailed', data: { fault: 'PASSWORD', ...failures } }, platform),
    part(signedIn('s1')),
    part({ type: 'UserPasswordSet', data: { isOneTime: false } }),
    part(signedIn('s2')),
    part({ type: 'UserChanged', data: { displayName: 'Ann', roles: ['developer', 'auditor'] } }, admin),
    part({ type: 'AccessTokenCreated', data: { tokenId: 'T1', name: 'ü script', scopes: ['VIEW', 'RUN'], expiresAt: null } }),
    part({ type: 'AccessTokenCreated', data: { tokenId: 'T2', name: 'other', scopes: null, expiresAt: 9_000_000_000_000 } }),
    part({ type: 'AccessTokenRevoked', data: { tokenId: 'T1', reason: 'ü lost' } }),
    part({ type: 'UserSessionEnded', data: { sessionId: 's1', cause: 'SIGNED_OUT' } }),
    part({ type: 'UserIdentityLinked', data: { issuer: 'https://id.example', subject: 'ü 1' } }, platform),
    part({ type: 'UserSecondFactorSet', data: { recoveryCodes: 10 } }),
    part({ type: 'UserRecoveryCodeUsed', data: { left: 9 } }),
    part({ type: 'UserRecoveryCodesMade', data: { count: 10 } }),
    part({ type: 'UserSecondFactorRemoved', data: {} }),
    part({ type: 'UserSecondFactorSet', data: { recoveryCodes: 10 } }),
    part({ type: 'UserDisabled', data: { reason: 'ü left' } }, admin),
    part({ type: 'UserSessionEnded', data: { sessionId: 's2', cause: 'USER_DISABLED' } }, admin),
    part({ type: 'UserEnabled', data: {} }, admin),
  ]
  const unknown: UserEvent = { type: 'UserSignInFailed', data: { fault: 'NAME', ...failures, lockedUntil: null } }
  return [life, erasedLife(admin, platform), [{ stream: userStream(nobodyId), event: unknown, context: platform }]]
}

/** Texts that say who it was are sealed, but for the first address, which an earlier release wrote. */
function erasedLife(admin: EventContext, platform: EventContext): StreamPart[] {
  const id = userIdOf('Bob')
  const own = contextOf({ kind: 'USER', id, name: null }, randomUUID())
  const part = (event: UserEvent, context = own): StreamPart => ({ stream: userStream(id), event, context })
  const session = { method: 'OIDC', hasSecondFactor: false, expiresAt: 9_000_000_000_000 } as const
  return [
    part({ type: 'UserCreated', data: { name: 'sealed:1:Ym9i', displayName: 'sealed:1:Qm9i', roles: ['operator'] } }, admin),
    part({ type: 'UserIdentityLinked', data: { issuer: 'https://id.example', subject: 'sealed:1:MQ' } }, platform),
    part({ type: 'UserSignedIn', data: { sessionId: 's1', ...session, remoteAddress: '10.0.0.8', program: 'curl' } }),
    part({ type: 'UserSignedIn', data: { sessionId: 's2', ...session, remoteAddress: 'sealed:1:MTA', program: 'sealed:1:Y3VybA' } }),
    part({ type: 'AccessTokenCreated', data: { tokenId: 'T3', name: 'sealed:1:c2NyaXB0', scopes: null, expiresAt: null } }),
    part({ type: 'UserErased', data: { reason: 'ü asked' } }, admin),
    part({ type: 'UserSessionEnded', data: { sessionId: 's1', cause: 'USER_ERASED' } }, admin),
    part({ type: 'UserSessionEnded', data: { sessionId: 's2', cause: 'USER_ERASED' } }, admin),
    part({ type: 'AccessTokenRevoked', data: { tokenId: 'T3', reason: null } }, admin),
  ]
}
