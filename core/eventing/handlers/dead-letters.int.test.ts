import { recordedOf, sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { EventStoreNode } from '@elves/tests/eventstoredb/event-store-node.ts'
import { NodeLog } from '@elves/tests/eventstoredb/node-log.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ElvesError } from '../../foundation/errors.ts'
import { silentLogger } from '../../foundation/log.ts'
import type { EventStore, RecordedEvent } from '../event-store.ts'
import { openEventStore } from '../open-event-store.ts'
import { inTransaction } from '../postgres/transaction.ts'
import { type DeadLetters, deadLetters } from './dead-letters.ts'

let database: EventingDatabase
let store: EventStore
let letters: DeadLetters
let event: RecordedEvent
beforeEach(async () => {
  database = await eventingDatabase()
  store = await database.store()
  letters = deadLetters({ store, pool: database.pool })
  const [result] = await store.append([sampleAppend(sampleStream(), -1, 3)])
  event = recordedOf(result)[1] as RecordedEvent
  await park()
})
afterEach(() => database.close())

const park = () => inTransaction(database.pool, (client) => letters.park(client, 'processor', event, new ElvesError('INTERNAL', 'it broke')))

describe('a dead letter', () => {
  it('is visible with its error, and parked again counts the attempt', async () => {
    await park()
    const parked = { handler: 'processor', position: event.position, code: 'INTERNAL', message: 'it broke', attempts: 2 }
    expect(await letters.list('processor', 10)).toMatchObject([parked])
    expect(await letters.list('another', 10)).toEqual([])
  })

  it('is kept whatever its error says', async () => {
    const error = new Error('half \ud83d, and a \0')
    await inTransaction(database.pool, (client) => letters.park(client, 'odd', event, error))
    expect(await letters.list('odd', 10)).toMatchObject([{ message: 'half \ufffd, and a  ' }])
  })

  it('is gone after a replay that went well, which gets the very event', async () => {
    const [letter] = await letters.list('processor', 10)
    const replayed: RecordedEvent[] = []
    await letters.replay(letter?.id ?? 0, async (_, one) => void replayed.push(one))
    expect(replayed).toEqual([event])
    expect(await letters.list('processor', 10)).toEqual([])
  })

  it('stays after a replay that failed, with the new error', async () => {
    const [letter] = await letters.list('processor', 10)
    const failed = letters.replay(letter?.id ?? 0, () => Promise.reject(new ElvesError('OVERLOADED', 'not now')))
    await expect(failed).rejects.toMatchObject({ code: 'OVERLOADED' })
    expect(await letters.list('processor', 10)).toMatchObject([{ code: 'OVERLOADED', message: 'not now', attempts: 2 }])
  })

  it('is found in a log that has gaps between its positions, also as its first event', async () => {
    const node = await EventStoreNode.start({ log: new NodeLog() })
    const connectionString = `esdb://127.0.0.1:${node.port}?tls=false`
    const gapped = await openEventStore({ settings: { ELVES_EVENTSTOREDB_URL: connectionString, ELVES_DATABASE_URL: '' }, logger: silentLogger })
    const [result] = await gapped.append([sampleAppend(sampleStream(), -1, 3)])
    const ofGapped = deadLetters({ store: gapped, pool: database.pool })
    const replayed: RecordedEvent[] = []
    for (const { position } of recordedOf(result)) {
      await inTransaction(database.pool, (client) => ofGapped.park(client, 'gapped', { position }, new ElvesError('INTERNAL', 'it broke')))
    }
    for (const { id } of await ofGapped.list('gapped', 10)) await ofGapped.replay(id, async (_, one) => void replayed.push(one))
    expect(replayed).toEqual(recordedOf(result))
    await gapped.close()
    node.kill()
  })

  it('that is not there can not be replayed', async () => {
    await expect(letters.replay(4711, async () => undefined)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
