import { taskStream } from '@elves/core/domain/task/task.ts'
import { agentCronTaskId, hexIdForKey } from '@elves/core/foundation/ids.ts'
import { expect, test } from 'vitest'
import { agentId, caller, center, cronRun, ended, request, started } from '../tests/center.ts'

const fireAt = 1_700_000_000_000
const id = agentCronTaskId(agentId, 'every', fireAt)

test('a run of an own cron is a task, and is recorded once however often it is told', async () => {
  const { reports, store } = center()
  await reports.record(agentId, [cronRun(fireAt), started(id), ended(id)])
  await reports.record(agentId, [cronRun(fireAt)])
  const types = (await store.readStream(taskStream(id))).map(({ event }) => event.type)
  expect(types).toEqual(['TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskSucceeded'])
})

test.each([
  ['of another instant', agentCronTaskId(agentId, 'every', fireAt + 1_000)],
  ['of another cron', agentCronTaskId(agentId, 'other', fireAt)],
  ['of a run of another agent', agentCronTaskId('b'.repeat(32), 'every', fireAt)],
  ['of a key that somebody may use', hexIdForKey({ kind: 'USER', id: 'local' }, 'runTask', 'k')],
])('a run that takes the id %s is dropped and counted, and the others of the frame are recorded', async (_, taken) => {
  const { reports, store, registry } = center()
  await reports.record(agentId, [cronRun(fireAt, taken), started(taken), cronRun(fireAt)])
  expect(await store.readStream(taskStream(taken))).toEqual([])
  expect((await store.readStream(taskStream(id))).map(({ event }) => event.type)).toContain('TaskRequested')
  expect(await registry.getSingleMetricAsString('elves_task_reports_unknown_total')).toContain('elves_task_reports_unknown_total 2')
})

test('an agent that sends the run of another one under its own link takes nothing', async () => {
  const { reports, store } = center()
  await reports.record('b'.repeat(32), [cronRun(fireAt)])
  expect(await store.readStream(taskStream(id))).toEqual([])
})

test('a run with the id of a task that is there leaves that task as it is', async () => {
  const { commands, reports, store } = center()
  const { taskId } = await commands.runTask(caller, request())
  await reports.record(agentId, [cronRun(fireAt, taskId ?? '')])
  expect((await store.readStream(taskStream(taskId ?? ''))).map(({ event }) => event.type)).toEqual(['TaskRequested', 'TaskDispatched'])
})
