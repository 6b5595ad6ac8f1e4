import { expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import { type IncidentEvent, incidentAggregate, incidentStream } from './incident.ts'

const { decider } = incidentAggregate
const what = { kind: 'PROJECTOR_STOPPED', subject: 'tasks', message: 'it stopped' } as const
const opened: IncidentEvent = { type: 'IncidentOpened', data: what }
const ended: IncidentEvent = { type: 'IncidentEnded', data: { ...what, message: 'it goes on' } }

test('is opened once, ended once, and may come again', () => {
  const open = { type: 'OpenIncident', ...what } as const
  const end = { type: 'EndIncident', ...what, message: 'it goes on' } as const
  given(decider, []).when(open).then([opened])
  given(decider, [opened]).when(open).then([])
  given(decider, [opened]).when(end).then([ended])
  given(decider, [opened, ended]).when(end).then([])
  given(decider, [opened, ended]).when(open).then([opened])
  given(decider, []).when(end).then([])
})

test('has one stream a kind and subject, whatever the subject is made of', () => {
  const stream = (subject: string) => incidentStream({ kind: 'DISK_FULL', subject })
  expect(stream('tasks')).toBe('incident-DISK_FULL-tasks')
  expect(stream('/var/lib/ü x')).toMatch(/^incident-DISK_FULL-[0-9a-f]{32}$/)
  expect(stream('/a')).not.toBe(stream('/b'))
})
