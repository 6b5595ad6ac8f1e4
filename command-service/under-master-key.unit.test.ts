import { ElvesError } from '@elves/core/foundation/errors.ts'
import { loggerTo } from '@elves/core/foundation/log.ts'
import { expect, test } from 'vitest'
import { underMasterKey } from './under-master-key.ts'

/** One look, where `waiting` rows wait to be wrapped; what it did, and what it returned. */
async function look(waiting: number, failure: ElvesError | null = null) {
  const lines: string[] = []
  const did: string[] = []
  const rows = {
    name: 'test',
    what: 'keys',
    async removeLeft() {
      did.push('removed')
    },
    async wrapAnew(limit: number) {
      if (failure) throw failure
      did.push('wrapped')
      return Math.min(waiting, limit)
    },
  }
  const manager = underMasterKey(rows, loggerTo({ write: (line) => void lines.push(line) }, 'test', 'info'))
  return { next: await manager.act({} as never, {} as never), did, lines }
}

test('removes what is left, then wraps in batches, and says when there may be more', async () => {
  expect(await look(0)).toEqual({ next: false, did: ['removed', 'wrapped'], lines: [] })
  const some = await look(7)
  expect(some.next).toBe(false)
  expect(some.lines).toEqual([expect.stringContaining('keys were wrapped under the current master key')])
  expect((await look(1_000)).next).toBe(true)
})

test('waits for the next look where there is no master key; other failures are of the look', async () => {
  expect(await look(1, new ElvesError('MASTER_KEY_UNAVAILABLE', 'none', { canRetry: true }))).toEqual({ next: false, did: ['removed'], lines: [] })
  await expect(look(1, new ElvesError('STORE_UNAVAILABLE', 'away', { canRetry: true }))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
})
