import type { Caller, CommandAnswer, RequestOf } from '@elves/core/command-api/command.ts'
import { createSecret } from '@elves/core/command-api/create-secret.ts'
import { deleteSecret } from '@elves/core/command-api/delete-secret.ts'
import { rotateSecret } from '@elves/core/command-api/rotate-secret.ts'
import { updateSecret } from '@elves/core/command-api/update-secret.ts'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import { checkSecretValue, type SecretCommand, secretAggregate, secretIdOf, secretStream } from '@elves/core/domain/secret/secret.ts'
import { runProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import { hexIdForKey, randomHexId } from '@elves/core/foundation/ids.ts'
import { decideAbout, refusedAs } from '../command-answers.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'
import { secretSealing } from './secret-sealing.ts'

type Answer = CommandAnswer<'secret'>
const refused = refusedAs('secret')

/** Values that tasks use and nobody is shown. */
export const secretsWriteFeature: WriteFeature = (side) => {
  const { aggregates, pool, instanceId, secretValues: values, access, components, logger } = side

  async function handle(caller: Caller, id: string, command: SecretCommand): Promise<Answer> {
    const about = { subject: 'secret', id, aggregate: secretAggregate, stream: secretStream(id), commands: [command] } as const
    return decideAbout(side, { ...about, caller, onWritten: (events) => access.observe(events) })
  }

  /** The value is stored before the event says that it is there; where the event is refused, it is removed again. */
  async function withValue(
    caller: Caller,
    { name, value, idempotencyKey }: { readonly name: string; readonly value: string; readonly idempotencyKey: string | null },
    what: { readonly name: string; command(valueId: string): SecretCommand },
  ): Promise<Answer> {
    const invalid = checkSecretValue(value)
    if (invalid) return refused(invalid)
    const id = secretIdOf(name)
    const valueId = idempotencyKey === null ? randomHexId() : hexIdForKey(caller.actor, `${what.name} ${id}`, idempotencyKey)
    const kept = await values.keep({ secretId: id, valueId }, value)
    if (kept !== value) return refused(keyReused())
    const answer = await handle(caller, id, what.command(valueId))
    await removeFormer(id, valueId)
    return answer
  }

  /** Removes values that the stream says are not the present one, and no others: another request may have kept one that no event tells of yet. */
  async function removeFormer(id: string, ownId?: string): Promise<void> {
    await aggregates.refresh([secretStream(id)])
    const { phase, valueId, formerIds } = (await aggregates.load(secretAggregate, secretStream(id))).state
    const present = phase === 'CURRENT' ? valueId : null
    const gone = [...formerIds, valueId, ...(ownId === undefined ? [] : [ownId])].filter((one) => one !== present)
    await values.remove(gone.map((one) => ({ secretId: id, valueId: one })))
  }

  async function remove(caller: Caller, { name, reason }: RequestOf<typeof deleteSecret>): Promise<Answer> {
    const id = secretIdOf(name)
    const answer = await handle(caller, id, { type: 'DeleteSecret', reason })
    if (!answer.refusal) await removeFormer(id)
    return answer
  }

  const sealing = secretSealing({ aggregates, values, logger })
  return {
    // Values are sent by who dispatches, so who dispatches also keeps them under the current master key.
    managers: components.runsHere('scheduler') ? { [sealing.name]: runProcessManager(sealing, { pool, owner: instanceId, logger }) } : {},
    commands: [
      handles(createSecret, (caller, request) => {
        const { name, apps, idempotencyKey } = request
        const command = (valueId: string) => ({ type: 'CreateSecret', name, apps, valueId, idempotencyKey }) as const
        return withValue(caller, request, { name: createSecret.name, command })
      }),
      handles(rotateSecret, (caller, request) => {
        const { idempotencyKey } = request
        return withValue(caller, request, { name: rotateSecret.name, command: (valueId) => ({ type: 'RotateSecret', valueId, idempotencyKey }) })
      }),
      handles(updateSecret, (caller, { name, apps }) => handle(caller, secretIdOf(name), { type: 'ChangeSecret', apps })),
      handles(deleteSecret, remove),
    ],
  }
}

function keyReused(): Rejection {
  return rejection('IDEMPOTENCY_KEY_REUSED', 'this key came with another value', 'idempotencyKey')
}
