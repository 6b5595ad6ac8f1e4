import { removeAgent } from '@elves/core/command-api/remove-agent.ts'
import { revokeAgent } from '@elves/core/command-api/revoke-agent.ts'
import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import type { AgentHello, ProcessingState } from '@elves/schemas/generated/types.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { caller, ended, request } from '../tests/center.ts'
import { instances } from '../tests/instances.ts'
import { TestAgent, testHello, until } from '../tests/test-agent.ts'

/** What becomes of a result that an agent hands to a processor, where the agent will never tell its outcome. */

let all: Awaited<ReturnType<typeof instances>>
let one: Awaited<ReturnType<typeof all.command>>
beforeAll(async () => {
  all = await instances()
  one = await all.command('one')
})
afterAll(() => all.close())

const eventsOf = async (taskId: string) => (await one.store.readStream(taskStream(taskId))).map(({ event }) => event as TaskEvent)
const lastOf = async (taskId: string) => (await eventsOf(taskId)).at(-1)
const untilLast = (taskId: string, type: string) => until(async () => (await lastOf(taskId))?.type === type, type)
const unknown = (why: string) => ({
  type: 'TaskProcessingFailed',
  data: { attempt: 1, calls: 2, error: `OUTCOME_UNKNOWN: ${why}`, outcomeUnknown: true },
})

let reportId = 1_000_000
function tell(agent: TestAgent, taskId: string, state: ProcessingState, calls: number): void {
  const texts = state === 'DELIVERED' ? { error: null, answer: 'taken' } : { error: 'refused', answer: null }
  agent.say(encode('AttemptProcessing', { reportId: ++reportId, taskId, attempt: 1, happenedAt: 4, state, calls, ...texts }))
}

/** A task whose result its agent hands on: two calls have failed, and then the agent is gone. */
async function pending(hello: AgentHello): Promise<string> {
  const agent = await TestAgent.join(one.url, hello)
  const { taskId } = await one.commands.runTask(caller, request({ agent: hello.agentId, processor: true }))
  if (taskId === null) throw new Error('the task was refused')
  const { name, value } = ended(taskId)
  agent.say(encode(name, { ...value, processing: true } as never))
  await untilLast(taskId, 'TaskProcessingStarted')
  tell(agent, taskId, 'PENDING', 2)
  await untilLast(taskId, 'TaskProcessingDelayed')
  agent.say(encode('AgentGoodbye', { reason: 'STOPPED' }))
  await agent.closed()
  return taskId
}

async function handle(command: typeof removeAgent | typeof revokeAgent, agent: string): Promise<void> {
  const handler = one.handlers.find((each) => each.command.name === command.name)
  const answer = await handler?.handle(caller, { agent, reason: null, idempotencyKey: null } as never)
  expect(answer).toMatchObject({ refusal: null })
}

test('an agent that comes back without the journal ends it: the outcome is unknown', async () => {
  const hello = testHello()
  const taskId = await pending(hello)
  const agent = await TestAgent.join(one.url, { ...hello, bootId: 'boot-2', journalId: 'journal-2' })
  await untilLast(taskId, 'TaskProcessingFailed')
  expect(await lastOf(taskId)).toMatchObject(unknown('the agent came back without the journal that had the result'))
  agent.socket.terminate()
})

test('an agent that comes back with its journal goes on, and its outcome counts', async () => {
  const hello = testHello()
  const taskId = await pending(hello)
  // Looked at after this one connects: then it would have been given up with the other.
  const [other, otherHello] = [await pending(testHello()), { ...hello, bootId: 'boot-2' }]
  const agent = await TestAgent.join(one.url, otherHello)
  const { agentId } = (await eventsOf(other))[0]?.data ?? { agentId: '' }
  await handle(removeAgent, agentId)
  await untilLast(other, 'TaskProcessingFailed')
  expect(await lastOf(taskId)).toMatchObject({ type: 'TaskProcessingDelayed' })
  tell(agent, taskId, 'DELIVERED', 3)
  await untilLast(taskId, 'TaskProcessed')
  agent.socket.terminate()
})

test('a removed agent ends it; should that one come back with its journal, it settles it once', async () => {
  const hello = testHello()
  const taskId = await pending(hello)
  await handle(removeAgent, hello.agentId)
  await untilLast(taskId, 'TaskProcessingFailed')
  expect(await lastOf(taskId)).toMatchObject(unknown('the agent was removed before it told what became of the result'))
  const agent = await TestAgent.join(one.url, { ...hello, bootId: 'boot-2' })
  tell(agent, taskId, 'DELIVERED', 3)
  await untilLast(taskId, 'TaskProcessed')
  agent.socket.terminate()
})

test('a revoked agent ends it', async () => {
  const hello = testHello()
  const taskId = await pending(hello)
  await handle(revokeAgent, hello.agentId)
  await untilLast(taskId, 'TaskProcessingFailed')
  expect(await lastOf(taskId)).toMatchObject(unknown('the agent was revoked before it told what became of the result'))
})
