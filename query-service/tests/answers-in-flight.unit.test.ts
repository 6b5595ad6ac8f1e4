import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { AnswersInFlight } from '../graphql/limits/answer-budget.ts'

test('a read waits until others hold less, and is refused where they hold it for too long', async () => {
  const answers = new AnswersInFlight({ registry: new Registry(), mostBytes: 100, patienceMs: 20 })
  answers.hold(100)
  await expect(answers.read(async () => 'read')).rejects.toMatchObject({ code: 'OVERLOADED', canRetry: true })
  const waiting = new AnswersInFlight({ registry: new Registry(), mostBytes: 100 })
  waiting.hold(100)
  const read = waiting.read(async () => 'read')
  waiting.release(1)
  expect(await read).toBe('read')
})

test('few reads run at once, all in the end', async () => {
  const answers = new AnswersInFlight({ registry: new Registry() })
  const gates = Array.from({ length: 10 }, () => Promise.withResolvers<void>())
  let [running, most] = [0, 0]
  const reads = gates.map((gate) =>
    answers.read(async () => {
      running++
      most = Math.max(most, running)
      await gate.promise
      running--
    }),
  )
  for (const gate of gates) {
    gate.resolve()
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(reads)
  expect([most, running]).toEqual([3, 0])
})

test('a read that fails gives its turn on', async () => {
  const answers = new AnswersInFlight({ registry: new Registry() })
  const failing = Array.from({ length: 5 }, () => answers.read(() => Promise.reject(new Error('away'))))
  expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(Array(5).fill('rejected'))
  expect(await answers.read(async () => 'read')).toBe('read')
})
