import type { Settings } from '@elves/core/foundation/settings.ts'
import type { Doors } from './ready-file.ts'
import type { Secrets } from './secrets.ts'

/** What the first person shows, by the mode of signing in. */
export function proofOf({ ELVES_AUTH: mode }: Pick<Settings, 'ELVES_AUTH'>, keys: Required<Secrets>): Pick<Doors, 'token' | 'adminPassword'> {
  if (mode === 'proxy') return { token: '' }
  return mode === 'users' ? { token: '', adminPassword: keys.adminPassword } : { token: keys.token }
}
