import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { formatPosition } from '@elves/core/eventing/position.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { expect, test } from 'vitest'
import { features } from '../features.ts'
import { ChangeFold } from './change-fold.ts'

const kinds = features.flatMap(({ changes = [] }) => changes)

test.each([{}, { agentId: 'a' }])('an event of an aggregate that is neither task nor agent changes neither, whatever its data', async (data) => {
  const recorded = {
    id: '00000000-0000-0000-0000-000000000000',
    stream: 'schedule-X',
    version: 0,
    position: formatPosition('00000001', 1),
    recordedAt: 0,
    event: { type: 'ScheduleCreated', data },
  } as unknown as RecordedEvent
  // Nothing may be read for it, so there are no read models to ask.
  const { value } = await new ChangeFold({} as ReadModels, kinds, 1_000).changes([recorded]).next()
  expect(value).toMatchObject({ recorded, transitions: new Map(), unreadable: null })
})
