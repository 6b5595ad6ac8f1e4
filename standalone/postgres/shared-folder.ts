import { chmod } from 'node:fs/promises'
import { makeFolder } from '@elves/core/foundation/folders.ts'

/** Where a root start puts what the Postgres user must reach. /var/tmp is the second choice: hosts clean it by age. */
const candidates = ['/var/lib/elves', '/var/tmp/elves'] as const

/** The first candidate that can be made, open for every user to pass through. */
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
