import { AccessState, isAccessEvent } from '@elves/core/access/access-state.ts'
import { KnownFold, type KnownFoldOptions } from './known-fold.ts'

/** Who may do what, in memory. A platform of one local admin never reads it. */
export class KnownAccess extends KnownFold<AccessState> {
  constructor({ readEvents }: Pick<KnownFoldOptions<AccessState>, 'readEvents'>) {
    super({ readEvents, isOwn: isAccessEvent, initial: () => new AccessState() })
  }
}
