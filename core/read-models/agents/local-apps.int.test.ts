import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allEvents, projectInto, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { contextOf } from '@elves/tests/support/sample-parts.ts'
import { expect, test } from 'vitest'
import { agentStream } from '../../domain/agent/agent.ts'

const migration = readFileSync(join(import.meta.dirname, '..', 'migrations', '0015-local-apps.sql'), 'utf8')

test('rows that were written before apps said where they are become what a replay writes', async () => {
  const database = await readModelDatabase()
  try {
    const context = contextOf({ kind: 'SYSTEM', id: 'test', name: null }, 'c')
    const lists = [
      [],
      [{ name: 'a', version: '1' }],
      [
        { name: 'ü"apps":[{}]', version: 'x\\"}' },
        { name: 'b', version: '' },
      ],
    ]
    for (const [index, apps] of lists.entries()) {
      const agentId = String(index).repeat(32)
      const labels = { apps: '"apps":[{"name":"no"}]' }
      const facts = { name: 'host', version: '1', platform: 'linux-x64', labels, apps: apps.map((app) => ({ ...app, isLocal: true })) }
      const event = { type: 'AgentRegistered', data: { agentId, ip: `10.0.0.${index}`, facts } } as const
      const events = [{ id: randomUUID(), event, context }]
      await database.store.append([{ stream: agentStream(agentId), expectedVersion: -1, events }])
    }
    await projectInto(database.pool, 'elves_read', [await allEvents(database.store)])
    const rows = async () => (await database.pool.query<{ id: string; facts: string }>('select id, facts from elves_read.agents order by id')).rows
    const replayed = await rows()
    for (const { id, facts } of replayed) {
      const before = JSON.stringify(JSON.parse(facts), (key, value) => (key === 'isLocal' ? undefined : value))
      await database.pool.query('update elves_read.agents set facts = $2 where id = $1', [id, before])
    }
    expect((await rows()).some(({ facts }) => facts.includes('isLocal'))).toBe(false)
    for (const _ of [1, 2]) {
      await database.pool.query(migration.replaceAll(`\${schema}`, 'elves_read'))
      expect(await rows()).toEqual(replayed)
    }
  } finally {
    await database.close()
  }
})
