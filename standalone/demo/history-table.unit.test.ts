import { expect, test } from 'vitest'
import { type HistoryEvent, historyTable } from './history-table.ts'

function event(type: string, second: string, actor: HistoryEvent['actor'], data: HistoryEvent['data']): HistoryEvent {
  return { type, recordedAt: `2026-01-01T00:00:${second}Z`, actor, data }
}

test('shows when, what, who and the meaning of each event in columns', () => {
  const table = historyTable([
    event('TaskRequested', '00.000', { kind: 'LOCAL', id: 'local', name: null }, { app: 'a', func: 'f', agentIp: '127.0.0.1', timeoutMs: 90_000 }),
    event(
      'TaskSucceeded',
      '00.042',
      { kind: 'AGENT', id: 'a1b2c3d4e5', name: null },
      { attempt: 1, output: { message: { inline: 'hi' }, costMs: 7 } },
    ),
    event('TaskWaiting', '01.000', { kind: 'SYSTEM', id: 'waiting-tasks', name: null }, { attempt: 2, reason: 'RETRY', notBefore: 1 }),
  ])
  expect(table.split('\n')).toEqual([
    '  when      event          who                   what',
    '  +0 ms     TaskRequested  local                 run a.f on 127.0.0.1, for at most 90 s',
    '  +42 ms    TaskSucceeded  agent a1b2c3d4        message=hi  costMs=7',
    '  +1000 ms  TaskWaiting    system waiting-tasks  waits for its next attempt, and its agent',
  ])
})
