import { silentLogger } from '@elves/core/foundation/log.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { OutputHead } from '@elves/core/read-models/tasks/output-log.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { expect, test } from 'vitest'
import { outputFollower } from './output-follower.ts'

test('one that follows a new attempt is not woken by what an earlier one printed, and is by what this or a later one prints', async () => {
  const head = (attempt: number, kept: number): OutputHead => {
    return { taskId: 'A', attempt, kept, printed: kept, cut: null, isAltered: false, isEnded: attempt === 1 }
  }
  let heads = [head(1, 10)]
  let looks = 0
  const readModels = {
    of: () => ({
      heads: async () => {
        looks += 1
        return heads
      },
    }),
  } as unknown as Pick<ReadModels, 'of'>
  const follower = outputFollower(readModels, silentLogger)
  const { signal } = new AbortController()
  let isWoken = false
  const woken = follower.changed({ taskId: 'A', attempt: 2, orLater: true, next: 0 }, signal).then(() => {
    isWoken = true
  })
  await waitFor(() => looks === 3)
  expect(isWoken).toBe(false)
  heads = [head(1, 10), head(3, 0)]
  await woken
  const ofSecond = follower.changed({ taskId: 'A', attempt: 2, orLater: false, next: 0 }, signal)
  heads = [head(1, 10), head(2, 1), head(3, 0)]
  await ofSecond
  await follower.stop()
})
