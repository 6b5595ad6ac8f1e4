import { taskStream } from '@elves/core/domain/task/task.ts'
import { expect, test } from 'vitest'
import { agentId, caller, center, request, wholeRun } from '../tests/center.ts'
import { cancellation } from './cancel-tasks.ts'

test('of many tasks that are cancelled at once, each is decided for itself', async () => {
  const { store, commands, reports, requests } = center()
  const run = async () => (await commands.runTask(caller, request())).taskId ?? ''
  const [open, ended, other] = [await run(), await run(), await run()]
  await reports.record(agentId, wholeRun(ended))
  const unknown = 'f'.repeat(32)
  const cancel = cancellation(store, requests)
  const { refusal, position } = await cancel(caller, { ids: [open, ended, unknown, 'no id', open, other], reason: 'enough', idempotencyKey: null })
  expect([refusal, position]).toEqual([null, await store.head()])
  const last = async (id: string) => (await store.readStream(taskStream(id))).at(-1)?.event
  for (const id of [open, other]) expect(await last(id)).toMatchObject({ type: 'TaskCancelRequested', data: { reason: 'enough' } })
  expect(await last(ended)).toMatchObject({ type: 'TaskSucceeded' })
  expect(await last(unknown)).toBeUndefined()
  // To do so again changes nothing.
  const before = await store.head()
  await cancel(caller, { ids: [open, ended, other], reason: 'enough', idempotencyKey: null })
  expect(await store.head()).toBe(before)
})
