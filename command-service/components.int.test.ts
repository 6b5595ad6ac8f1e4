import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cancelTask } from '@elves/core/command-api/cancel-task.ts'
import { createQueue } from '@elves/core/command-api/create-queue.ts'
import { queueAggregate } from '@elves/core/domain/queue/queue.ts'
import { type ComponentSettings, componentNames, componentSwitches } from '@elves/core/foundation/components.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callHandler } from './command-handlers.ts'
import { caller, request } from './tests/center.ts'
import { instances } from './tests/instances.ts'
import { TestAgent, testHello, until } from './tests/test-agent.ts'
import { testSettings } from './tests/test-settings.ts'

let folder: string
let all: Awaited<ReturnType<typeof instances>>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-components-'))
  all = await instances(null, { audit: { ...testSettings.audit, keyFile: join(folder, 'audit-key') } })
})
afterEach(async () => {
  await all.close()
  await rm(folder, { recursive: true })
})

function switches(changes: Partial<ComponentSettings>) {
  return componentSwitches({ ELVES_COMPONENTS: componentNames, ELVES_PROCESS_COMPONENTS: componentNames, ...changes })
}

async function leases(): Promise<Record<string, string>> {
  const { rows } = await all.database.pool.query<{ name: string; owner: string }>('select name, owner from elves.leases')
  return Object.fromEntries(rows.map(({ name, owner }) => [name, owner]))
}

async function isQueueEnded(id: string): Promise<boolean> {
  const events = await (await all.database.store()).readStream(queueAggregate.streamOf(id))
  return events.some(({ event }) => event.type === 'QueueEnded')
}

const emptyQueue = { name: null, app: null, tasks: [], commit: true }
const off = { events: [], position: null, refusal: { code: 'COMPONENT_OFF', message: expect.stringContaining('is switched off'), field: null } }

describe('components', () => {
  it('work only in the processes that are told to run them; every process takes their commands', async () => {
    const others = componentNames.filter((name) => name !== 'queue')
    const without = await all.command('without', switches({ ELVES_PROCESS_COMPONENTS: others }))
    const call = callHandler(without.handlers)
    const { queueId, refusal } = await call(createQueue, caller, emptyQueue)
    expect(refusal).toBeNull()
    await until(async () => Object.values(await leases()).length >= 4, 'the leases of the one')
    expect(await leases()).not.toHaveProperty('queue-runner')
    expect(await isQueueEnded(queueId ?? '')).toBe(false)
    await all.command('queue-only', switches({ ELVES_PROCESS_COMPONENTS: ['queue'] }))
    await until(() => isQueueEnded(queueId ?? ''), 'the end of the queue')
    const { 'queue-runner': runner, ...rest } = await leases()
    expect(runner).toBe('queue-only')
    expect(new Set(Object.values(rest))).toEqual(new Set(['without']))
  })

  it('watcher: only a process that is told to keeps the tree over the log, and without it all else works', async () => {
    const others = componentNames.filter((name) => name !== 'watcher')
    const without = await all.command('without', switches({ ELVES_PROCESS_COMPONENTS: others }))
    const hello = testHello()
    await TestAgent.join(without.url, hello)
    expect((await without.commands.runTask(caller, request({ agent: hello.ip, wait: false }))).taskId).not.toBeNull()
    await until(async () => 'deadlines' in (await leases()), 'the leases of the one')
    const covered = async () =>
      (await all.database.pool.query<{ size: string }>('select size from elves.log_heads order by size desc limit 1')).rows[0]
    expect([await leases(), await covered()]).toEqual([expect.not.objectContaining({ 'log-tree': expect.anything() }), undefined])
    const only = await all.command('watcher-only', switches({ ELVES_PROCESS_COMPONENTS: ['watcher'] }))
    const size = Number.parseInt((await only.store.head()).slice(-16), 16)
    await until(async () => Number((await covered())?.size) >= size, 'a head of all that happened before')
    expect((await leases())['log-tree']).toBe('watcher-only')
  })

  it('refuse their commands where they are off, and record nothing', async () => {
    const center = await all.command('center', switches({ ELVES_COMPONENTS: componentNames.filter((name) => name !== 'queue') }))
    const head = await center.store.head()
    expect(await callHandler(center.handlers)(createQueue, caller, emptyQueue)).toEqual({ queueId: null, ...off })
    expect(await center.store.head()).toBe(head)
  })

  it('without the scheduler no task is taken, but what is open can be cancelled', async () => {
    const center = await all.command('center')
    const hello = testHello()
    await TestAgent.join(center.url, hello)
    const { taskId } = await center.commands.runTask(caller, request({ agent: hello.ip, wait: false }))
    await center.stop()
    const dark = await all.command('dark', switches({ ELVES_COMPONENTS: ['graphql'] }))
    expect(await dark.commands.runTask(caller, request({ agent: hello.ip }))).toEqual({ taskId: null, ...off })
    const cancelled = await callHandler(dark.handlers)(cancelTask, caller, { id: taskId ?? '', reason: null })
    expect(cancelled.refusal).toBeNull()
    expect(cancelled.events.map(({ event }) => event.type)).toContain('TaskCancelRequested')
    expect(Object.values(await leases())).not.toContain('dark')
  })
})
