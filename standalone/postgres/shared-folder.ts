import { chmod } from 'node:fs/promises'
import { makeFolder } from '@elves/core/foundation/folders.ts'

/** Folders where a start as root puts what the Postgres user must reach. /var/tmp is second because hosts clean it by age. */
const candidates = ['/var/lib/elves', '/var/tmp/elves'] as const

/** Returns the first candidate that can be made; every user can pass through it. */
export async function sharedFolder(): Promise<string> {
  let refusal: unknown
  for (const dir of candidates) {
    try {
      makeFolder(dir)
      await chmod(dir, 0o755)
      return dir
    } catch (error) {
      refusal = error
    }
  }
  throw refusal
}
