import { decide } from '@elves/core/access/decide.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { memoryCommandApi } from '@elves/tests/support/memory-command-api.ts'
import { memoryReadModels } from '@elves/tests/support/memory-read-models.ts'
import { expect, onTestFinished, test } from 'vitest'
import { readPosition } from '../read-side/read-position.ts'
import { AccessLog, largestAgeMs } from './access-log.ts'

const grant = {
  subjectKind: 'USER',
  subjectId: 'u',
  permission: 'VIEW',
  apps: ['*'],
  funcs: ['*'],
  agents: '',
  expiresAt: null,
  idempotencyKey: null,
}
const user = { name: 'u', displayName: 'u', roles: [] }

/** Somebody who may see everything, and a log of access whose clock and reads the test holds. */
async function granted() {
  const store = memoryEventStore()
  const commands = memoryCommandApi(store)
  const readModels = memoryReadModels(store)
  const clock = { now: Date.now() }
  let fault: ElvesError | null = null
  const events: typeof readModels.events = async (...asked) => {
    const page = await readModels.events(...asked)
    return fault ? { ...page, unreadable: [fault] } : page
  }
  const position = readPosition(readModels, 1_000)
  const log = new AccessLog({
    readModels: { events, onCommit: readModels.onCommit },
    readPosition: position,
    commands,
    logger: silentLogger,
    now: () => clock.now,
  })
  onTestFinished(async () => {
    log.stop()
    position.stop()
    await readModels.close()
    await store.close()
  })
  const tell = (stream: string, type: string, data: object) => commands.append(stream, [{ type, data } as never])
  await tell('user-u', 'UserCreated', user)
  await tell('grant-g', 'GrantGiven', grant)
  return {
    log,
    readModels,
    clock,
    revoke: () => tell('grant-g', 'GrantRevoked', { reason: null }),
    fail: (error: ElvesError | null) => {
      fault = error
    },
    mayView: async () => decide(await log.state(), { kind: 'USER', id: 'u' }, 'VIEW', {}, clock.now).isAllowed,
  }
}

test('who may do what is not older than its largest age, although no commit was heard', async () => {
  const { readModels, clock, revoke, mayView } = await granted()
  expect(await mayView()).toBe(true)
  readModels.hold()
  await revoke()
  clock.now += largestAgeMs + 1
  await expect(mayView()).rejects.toMatchObject({ code: 'READ_MODEL_BEHIND' })
  readModels.release()
  expect(await mayView()).toBe(false)
})

test('an event that can not be read stops all checks until it can, also after the first read', async () => {
  const { log, revoke, fail, mayView } = await granted()
  expect(await mayView()).toBe(true)
  fail(new ElvesError('EVENT_UNREADABLE', 'of a newer release'))
  await revoke()
  await expect(log.refreshed()).rejects.toMatchObject({ code: 'EVENT_UNREADABLE' })
  expect(log.known).toBeNull()
  await expect(mayView()).rejects.toMatchObject({ code: 'EVENT_UNREADABLE' })
  fail(null)
  expect(await mayView()).toBe(false)
})
