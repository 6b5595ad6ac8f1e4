import type { ProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { AccessRules } from '../access/access-rules.ts'
import { underMasterKey } from '../under-master-key.ts'
import type { People } from './people.ts'
import type { PersonalKeys } from './personal-keys.ts'

export interface ErasingOptions {
  readonly keys: Pick<PersonalKeys, 'all' | 'remove' | 'wrapAnew'>
  readonly people: Pick<People, 'removeProofs'>
  readonly access: Pick<AccessRules, 'state'>
  readonly logger: Logger
}

/**
 * Sees to it that the log's word holds: a key of a user who was erased is deleted, wherever it came from. The process that erased may have died
 * before it deleted the key, and a backup of the tables brings keys back. It also brings all keys under the current master key.
 */
export function erasing({ keys, people, access, logger }: ErasingOptions): ProcessManager {
  async function removeLeft(): Promise<void> {
    const all = await keys.all()
    // A platform without users never reads who may do what.
    if (all.length === 0) return
    const { users } = await access.state()
    const erased = all.flatMap(({ userId }) => (users.get(userId)?.isErased ? [userId] : []))
    // A user that was refused, or whose maker died, has a key and no event.
    const unused = all.flatMap(({ userId, isSettled }) => (isSettled && !users.has(userId) ? [userId] : []))
    if (erased.length + unused.length > 0) await keys.remove([...erased, ...unused])
    for (const userId of erased) await people.removeProofs(userId)
    if (erased.length > 0) logger.warn({ count: erased.length }, 'keys of users who were erased were there, and were deleted')
  }

  return underMasterKey({ name: 'personal-keys', what: 'keys of personal texts', removeLeft, wrapAnew: (limit) => keys.wrapAnew(limit) }, logger)
}
