import { test } from 'vitest'
import { given } from '../testing/given.ts'
import { type RebuildEvent, rebuildAggregate } from './rebuild.ts'

const { decider } = rebuildAggregate
const request = { type: 'RequestRebuild', readModels: ['tasks'], reason: null, idempotencyKey: 'k' } as const
const requested: RebuildEvent = { type: 'ReadModelsRebuildRequested', data: { readModels: ['tasks'], reason: null, idempotencyKey: 'k' } }
const rebuilt: RebuildEvent = { type: 'ReadModelsRebuilt', data: { upTo: '00000000-0000000000000001', durationMs: 3 } }

test('a rebuild is asked for once a key', () => {
  given(decider, []).when(request).then([requested])
  given(decider, [requested, rebuilt]).when(request).then([])
  given(decider, [requested])
    .when({ ...request, readModels: ['agents'] })
    .then('IDEMPOTENCY_KEY_REUSED')
})

test('its end is said once: it is new, or it failed', () => {
  const done = { type: 'RecordRebuilt', upTo: '00000000-0000000000000001', durationMs: 3 } as const
  const fail = { type: 'RecordRebuildFailed', code: 'INTERNAL', message: 'no' } as const
  given(decider, [requested]).when(done).then([rebuilt])
  given(decider, [requested])
    .when(fail)
    .then([{ type: 'ReadModelsRebuildFailed', data: { code: 'INTERNAL', message: 'no' } }])
  given(decider, [requested, rebuilt]).when(fail).then([])
  given(decider, []).when(done).then([])
})
