import { expect, test } from 'vitest'
import { historyTable } from './history-table.ts'

test('shows when, what, who and the details of each event in columns', () => {
  const table = historyTable([
    {
      type: 'TaskRequested',
      recordedAt: '2026-01-01T00:00:00.000Z',
      actor: { kind: 'LOCAL', id: 'local', name: null },
      data: { app: 'apptest', param: null },
    },
    { type: 'TaskStarted', recordedAt: '2026-01-01T00:00:00.042Z', actor: { kind: 'AGENT', id: 'a1', name: null }, data: { attempt: 1 } },
  ])
  expect(table.split('\n')).toEqual([
    '  when    event          who       details',
    '  +0 ms   TaskRequested  local     app=apptest',
    '  +42 ms  TaskStarted    agent a1  attempt=1',
  ])
})
