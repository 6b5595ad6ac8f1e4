import { type ComponentSettings, componentNames, componentSwitches } from '@elves/core/foundation/components.ts'
import { migrateReadModels } from '@elves/core/read-models/migrate.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { type StartedService, serviceProcess } from '@elves/tests/support/service-process.ts'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { caller, ended, request } from '../tests/center.ts'
import { instances } from '../tests/instances.ts'
import { TestAgent, testHello, testToken, until } from '../tests/test-agent.ts'
import { testSettings } from '../tests/test-settings.ts'

vi.setConfig({ testTimeout: 120_000 })

let all: Awaited<ReturnType<typeof instances>>
let own: StartedService | null
beforeEach(async () => {
  all = await instances(null, { watcher: { ...testSettings.watcher, freePercent: 10 } })
  await migrateReadModels(all.database.pool)
  own = null
})
afterEach(async () => {
  await own?.stop()
  await all.close()
})

const query = (text: string, values: unknown[] = []) => all.database.pool.query(text, values)

/** What an instance says of itself. */
async function says(instance: string, metrics: object, lastSeen = "now() + interval '1 hour'", kind = 'command-service'): Promise<void> {
  const whole = { rates: {}, gauges: {}, disks: [], certificates: [], ...metrics }
  await query(
    `insert into elves.instances (kind, instance, host, version, pid, state, started_at, last_seen_at, metrics)
      values ($1, $2, 'host', '1', 1, 'READY', now(), ${lastSeen}, $3)
      on conflict (kind, instance) do update set last_seen_at = excluded.last_seen_at, metrics = excluded.metrics`,
    [kind, instance, JSON.stringify(whole)],
  )
}

/** Kinds and subjects of incidents by the log, `-` before those that are over. */
async function told(): Promise<readonly string[]> {
  const store = await all.database.store()
  const events = await store.readAll({ from: null, direction: 'forwards', limit: 10_000 })
  return events.flatMap(({ event }) => {
    if (event.type === 'IncidentOpened') return [`${event.data.kind} ${event.data.subject}`]
    return event.type === 'IncidentEnded' ? [`-${event.data.kind} ${event.data.subject}`] : []
  })
}

const isTold = (what: string) => until(async () => (await told()).includes(what), what)

it('tells what begins and what ends, each once, and keeps the table of what is open', async () => {
  await all.command('center')
  const soon = Date.now() + 86_400_000
  const sights: readonly [what: string, begin: () => Promise<unknown>, end: () => Promise<unknown>][] = [
    [
      'INSTANCE_GONE gateway:away',
      () => says('away', {}, "now() - interval '20 seconds'", 'gateway'),
      () => query(`update elves.instances set state = 'STOPPED' where instance = 'away'`),
    ],
    [
      'PROJECTOR_STOPPED tasks',
      () => query(`insert into elves_read.projector_states (name, state, error) values ('tasks', 'STOPPED', 'no')`),
      () => query(`update elves_read.projector_states set state = 'LIVE', error = null`),
    ],
    [
      'PROJECTOR_BEHIND read-models',
      () => says('behind', { gauges: { projectorLagSeconds: 61 } }, undefined, 'projection-service'),
      () => says('behind', { gauges: { projectorLagSeconds: 1 } }, undefined, 'projection-service'),
    ],
    ['RELAY_STOPPED relay', () => says('relaying', { gauges: { relayActive: 0 } }), () => says('relaying', { gauges: { relayActive: 1 } })],
    [
      'DISK_FULL host:/data',
      () => says('disk', { disks: [{ folder: '/data', freeBytes: 9, totalBytes: 100 }] }),
      () => says('disk', { disks: [{ folder: '/data', freeBytes: 10, totalBytes: 100 }] }),
    ],
    [
      'CERTIFICATE_ENDS host:/cert.pem',
      () => says('door', { certificates: [{ file: '/cert.pem', endsAt: soon }] }),
      () => says('door', { certificates: [{ file: '/cert.pem', endsAt: soon + 30 * 86_400_000 }] }),
    ],
    [
      'DEAD_LETTERS deadlines',
      () => query(`insert into elves.dead_letters (handler, position, code, message) values ('deadlines', 'p', 'c', 'm')`),
      () => query('update elves.dead_letters set set_aside_at = now()'),
    ],
  ]
  for (const [what, begin] of sights) {
    await begin()
    await isTold(what)
  }
  const open = await query('select kind, subject from elves.open_incidents')
  await until(async () => (await query('select from elves.open_incidents')).rowCount === sights.length, `what is open: ${JSON.stringify(open.rows)}`)
  for (const [what, , end] of sights) {
    await end()
    await isTold(`-${what}`)
  }
  expect(await told()).toEqual([...sights.map(([what]) => what), ...sights.map(([what]) => `-${what}`)])
  await until(async () => (await query('select from elves.open_incidents')).rowCount === 0, 'nothing to be open')
})

it('an instance that was killed is gone, until one of its kind has started on its host after it', async () => {
  await all.command('center')
  await says('killed', {}, "now() - interval '1 minute'", 'gateway')
  await says('elsewhere', {}, "now() + interval '1 hour'", 'query-service')
  await isTold('INSTANCE_GONE gateway:killed')
  await says('again', {}, "now() + interval '1 hour'", 'gateway')
  await isTold('-INSTANCE_GONE gateway:killed')
})

it('killed, stopped and started under load, it changes nothing in what tasks do, and tells all that there is', async () => {
  const others = componentNames.filter((name) => name !== 'watcher')
  const settings: ComponentSettings = { ELVES_COMPONENTS: componentNames, ELVES_PROCESS_COMPONENTS: others }
  const center = await all.command('center', componentSwitches(settings))
  const hello = testHello()
  const agent = await TestAgent.join(center.url, hello)
  agent.onMessage = ({ name, value }) => {
    if (name !== 'RunTask') return
    const { taskId, attempt } = value as { taskId: string; attempt: number }
    const message = ended(taskId, 'SUCCEEDED', attempt)
    agent.say(encode(message.name, message.value as never))
  }
  const watch = () =>
    serviceProcess('command-service/main.ts', {
      ELVES_DATABASE_URL: all.database.url,
      ELVES_SERVICE_SECRET: 'secret',
      ELVES_JOIN_TOKEN: testToken,
      ELVES_KEYLESS_AGENTS: 'on',
      ELVES_COMMAND_PORT: '0',
      ELVES_PROCESS_COMPONENTS: 'watcher',
      ELVES_WATCH_EVERY_MS: '100',
    })

  const tasks: string[] = []
  let isOver = false
  const load = (async () => {
    while (!isOver) {
      const { taskId } = await center.commands.runTask(caller, request({ agent: hello.ip, wait: true }))
      tasks.push(taskId ?? '')
    }
  })()

  own = await watch()
  await query(`insert into elves_read.projector_states (name, state, error) values ('tasks', 'STOPPED', 'no')`)
  await isTold('PROJECTOR_STOPPED tasks')
  own.signal('SIGKILL')
  await own.stop()
  // Two things happen while nobody watches: one begins, one is over.
  await query(`update elves_read.projector_states set state = 'LIVE', error = null`)
  await query(`insert into elves.dead_letters (handler, position, code, message) values ('deadlines', 'p', 'c', 'm')`)
  own = await watch()
  await Promise.all([isTold('-PROJECTOR_STOPPED tasks'), isTold('DEAD_LETTERS deadlines')])
  await own.stop()
  await query('update elves.dead_letters set set_aside_at = now()')
  own = await watch()
  await isTold('-DEAD_LETTERS deadlines')
  isOver = true
  await load

  expect(tasks.length).toBeGreaterThan(20)
  const streams = tasks.map((id) => `task-${id}`)
  const { rows } = await query(
    `select types, count(*)::int as count from (select array_agg(type order by stream_version) as types from elves.events
      where stream_id = any($1) group by stream_id) as lives group by types`,
    [streams],
  )
  expect(rows).toEqual([{ types: ['TaskRequested', 'TaskDispatched', 'TaskSucceeded'], count: tasks.length }])
  const line = await told()
  expect(line.filter((one) => !one.includes('INSTANCE_GONE'))).toEqual([
    'PROJECTOR_STOPPED tasks',
    ...line.filter((one) => one === '-PROJECTOR_STOPPED tasks' || one === 'DEAD_LETTERS deadlines'),
    '-DEAD_LETTERS deadlines',
  ])
})
