import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DomainEvent } from '../domain/events.ts'
import { asElvesError } from '../foundation/errors.ts'
import { decodeEvent, encodeEvents } from './encoded-event.ts'
import type { NewEvent } from './event-store.ts'
import { memoryEventStore } from './memory/memory-event-store.ts'
import { anyNewEvent, eventTypes, plain } from './testing/any-event.ts'

/** Returns every text and key in the value. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)])
}

test('knows every type of event', () => {
  const folder = join(import.meta.dirname, '..', '..', 'schemas', 'events')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.avsc') && !file.startsWith('record'))
  expect(eventTypes.toSorted()).toEqual(files.map((file) => basename(file, '.avsc')).toSorted())
})

test.each(eventTypes)('a %s that can be appended is the same after encode and decode, whatever its texts and numbers', async (type) => {
  await fc.assert(
    fc.asyncProperty(anyNewEvent([type]), async ({ id, event, context }) => {
      const store = memoryEventStore()
      const [outcome] = await Promise.allSettled([store.append([{ stream: 'task-X', expectedVersion: -1, events: [{ id, event, context }] }])])
      const texts = [...textsOf(event.data), ...textsOf(context)]
      if (outcome?.status === 'rejected') {
        const { code } = asElvesError(outcome.reason)
        expect(['TEXT_INVALID', 'INTERNAL']).toContain(code)
        if (code === 'TEXT_INVALID') expect(texts.every((one) => one.isWellFormed())).toBe(false)
        return
      }
      expect(texts.filter((one) => !one.isWellFormed())).toEqual([])
      const [encoded] = encodeEvents([{ id, event, context }])
      const decoded = decodeEvent(type, encoded?.context as Buffer, encoded?.data as Buffer, {})
      expect(plain(decoded)).toEqual(plain({ event, context }))
      expect(plain((await store.readStream('task-X'))[0])).toMatchObject(plain({ id, event, context }) as object)
    }),
    { numRuns: 60 },
  )
})

const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
const cancelRequested = (reason: string): DomainEvent => ({
  type: 'TaskCancelRequested',
  data: { agentId: 'a', app: 'b', reason, idempotencyKey: null },
})
const connected = (clockOffsetMs: number): DomainEvent => ({
  type: 'AgentConnected',
  data: { agentId: 'a', sessionId: 's', bootId: 'b', journalId: 'j', gatewayId: 'g', remoteAddress: '', clockOffsetMs },
})

test.each<[string, DomainEvent, NewEvent['context'], object]>([
  [
    'a text that was cut within an emoji',
    cancelRequested('cut \ud83d'),
    context,
    { code: 'TEXT_INVALID', message: 'TaskCancelRequested: reason has no UTF-8 form' },
  ],
  [
    'such a text in the context',
    cancelRequested('x'),
    { ...context, actor: { ...context.actor, name: '\ude00' } },
    { code: 'TEXT_INVALID', message: 'TaskCancelRequested: actor.name has no UTF-8 form' },
  ],
  [
    'a key that is no key of a plain object',
    cancelRequested('x'),
    { ...context, metadata: JSON.parse('{"__proto__": "x"}') },
    { code: 'INTERNAL', message: 'TaskCancelRequested: metadata.__proto__ would be read back as something else' },
  ],
  ['a number beyond what is exact', connected(-(2 ** 52) - 1), context, { code: 'INTERNAL' }],
])('refuses %s, and says where it is', async (_, event, itsContext, error) => {
  const store = memoryEventStore()
  const append = store.append([{ stream: 'task-X', expectedVersion: -1, events: [{ id: crypto.randomUUID(), event, context: itsContext }] }])
  await expect(append).rejects.toMatchObject(error)
  expect(await store.readStream('task-X')).toEqual([])
})
