import { silentLogger } from '@elves/core/foundation/log.ts'
import { expect, test } from 'vitest'
import { type Instance, keptRunning } from './kept-running.ts'

function instance(pid: number): Instance & { die: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { pid, ended: promise, die: () => resolve(), stop: async () => resolve() }
}

test('starts again what died, also when the first tries fail, and says so', async () => {
  const started = [instance(1), null, null, instance(2)]
  const again = Promise.withResolvers<number>()
  const kept = await keptRunning({
    name: 'thing',
    logger: silentLogger,
    pauseMs: 1,
    start: async () => started.shift() ?? Promise.reject(new Error('not yet')),
    restarted: ({ pid }) => again.resolve(pid),
  })
  kept.current().die()
  expect(await again.promise).toBe(2)
  expect(kept.current().pid).toBe(2)
  await kept.stop()
})

test('starts nothing after a stop', async () => {
  let starts = 0
  const kept = await keptRunning({
    name: 'thing',
    logger: silentLogger,
    pauseMs: 1,
    start: async () => instance(++starts),
    restarted: () => undefined,
  })
  await kept.stop()
  expect(starts).toBe(1)
})

test('starts again what is there but does not do its work', async () => {
  const started = [instance(1), instance(2)]
  const again = Promise.withResolvers<number>()
  const kept = await keptRunning({
    name: 'thing',
    logger: silentLogger,
    pauseMs: 1,
    start: async () => started.shift() ?? Promise.reject(new Error('no more')),
    restarted: ({ pid }) => again.resolve(pid),
    probe: { ask: async ({ pid }) => (pid === 1 ? 'broken' : 'well'), everyMs: 1 },
  })
  expect(await again.promise).toBe(2)
  await kept.stop()
})
