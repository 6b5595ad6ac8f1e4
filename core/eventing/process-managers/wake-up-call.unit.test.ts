import { expect, test } from 'vitest'
import { wakeUpCall } from './wake-up-call.ts'

const aDayMs = 86_400_000

test('a call ends the sleep', async () => {
  const { call, sleep } = wakeUpCall()
  const sleeping = sleep(aDayMs, new AbortController().signal)
  call()
  await sleeping
})

test('a call while nobody sleeps ends the next sleep at once, and only that one', async () => {
  const { call, sleep } = wakeUpCall()
  const stop = new AbortController()
  call()
  call()
  await sleep(aDayMs, stop.signal)
  let isAwake = false
  const sleeping = sleep(aDayMs, stop.signal).then(() => {
    isAwake = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(isAwake).toBe(false)
  stop.abort()
  await sleeping
})

test('a sleep ends when its time is over', async () => {
  await wakeUpCall().sleep(1, new AbortController().signal)
})
