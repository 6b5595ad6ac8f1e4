import type { Caller, CommandAnswer, RequestOf } from '@elves/core/command-api/command.ts'
import { type CreateAuthKeyRequest, createAuthKey } from '@elves/core/command-api/create-auth-key.ts'
import { openAuthKey } from '@elves/core/command-api/open-auth-key.ts'
import { revokeAuthKey } from '@elves/core/command-api/revoke-auth-key.ts'
import { type RotateAuthKeyRequest, rotateAuthKey } from '@elves/core/command-api/rotate-auth-key.ts'
import { type AuthKeyCommand, authKeyAggregate, authKeyStream, unknownAuthKey } from '@elves/core/domain/auth-key/auth-key.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { hexIdForKey, isHexId, randomHexId } from '@elves/core/foundation/ids.ts'
import { decideAbout, refusedAs } from '../command-answers.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'
import { authKeySecrets, newAuthKeySecret } from './auth-key-secrets.ts'

type Answer = CommandAnswer<'authKey'>
const refused = refusedAs('authKey')

/** How long after it was made the same request gets the secret again: its answer may have been lost. */
const shownAgainMs = 600_000

/** Keys with which scripts sign requests of REST v2. */
export const authKeysWriteFeature: WriteFeature = (side) => {
  const { store, pool, schema, settings, access } = side
  const secrets = authKeySecrets(pool, schema, settings.serviceSecret)

  async function handle(caller: Caller, id: string, command: AuthKeyCommand): Promise<Answer> {
    if (!isHexId(id)) return refused(unknownAuthKey())
    const about = { subject: 'authKey', id, aggregate: authKeyAggregate, stream: authKeyStream(id), commands: [command] } as const
    return decideAbout(side, { ...about, caller, onWritten: (events) => access.observe(events) })
  }

  async function shown(answer: Answer, secretId: string): Promise<Answer> {
    if (answer.refusal) return answer
    const made = answer.events.findLast((event) => secretIdOf(event) !== null)
    if (!made || secretIdOf(made) !== secretId || Date.now() - made.recordedAt > shownAgainMs) return answer
    const secret = await secrets.read(answer.authKeyId, secretId)
    return secret === null ? answer : { ...answer, secret }
  }

  async function create(caller: Caller, { name, app, idempotencyKey }: CreateAuthKeyRequest): Promise<Answer> {
    const id = idempotencyKey === null ? randomHexId() : hexIdForKey(caller.actor, createAuthKey.name, idempotencyKey)
    const secretId = 'first'
    // Before the event: a key that is there can be used.
    await secrets.keep(id, secretId, newAuthKeySecret())
    return shown(await handle(caller, id, { type: 'CreateAuthKey', name, app, secretId, idempotencyKey }), secretId)
  }

  async function rotate(caller: Caller, { id, overlapMs, idempotencyKey }: RotateAuthKeyRequest): Promise<Answer> {
    if (!isHexId(id)) return refused(unknownAuthKey())
    const secretId = idempotencyKey === null ? randomHexId() : hexIdForKey(caller.actor, `${rotateAuthKey.name} ${id}`, idempotencyKey)
    await secrets.keep(id, secretId, newAuthKeySecret())
    return shown(await handle(caller, id, { type: 'RotateAuthKey', secretId, overlapMs, idempotencyKey, now: Date.now() }), secretId)
  }

  /** For the service that checks signatures, and for nobody who comes through its doors. */
  async function open(caller: Caller, { id, secretId }: RequestOf<typeof openAuthKey>): Promise<Answer> {
    const secret = caller.actor.kind === 'SYSTEM' && isHexId(id) ? await secrets.read(id, secretId) : null
    if (secret === null) return refused(unknownAuthKey())
    return { authKeyId: id, events: [], position: await store.head(), refusal: null, secret }
  }

  return {
    commands: [
      handles(createAuthKey, create),
      handles(rotateAuthKey, rotate),
      handles(openAuthKey, open),
      handles(revokeAuthKey, async (caller, { id, reason }) => {
        const answer = await handle(caller, id, { type: 'RevokeAuthKey', reason })
        if (!answer.refusal) await secrets.remove(answer.authKeyId)
        return answer
      }),
    ],
  }
}

function secretIdOf({ event }: RecordedEvent): string | null {
  return event.type === 'AuthKeyCreated' || event.type === 'AuthKeyRotated' ? event.data.secretId : null
}
