import type { PeriodReport } from '@elves/core/audit/period-report.ts'
import { PeriodReporter } from '@elves/core/audit/period-report.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { formatPosition } from '@elves/core/eventing/position.ts'
import { expect, test } from 'vitest'
import { htmlReport, plainReport } from './report-forms.ts'
import { reportText } from './report-lines.ts'

const scope = { apps: ['billing'], funcs: ['*'], agents: '' }
const ann = { kind: 'USER', id: 'u1', name: 'ann' }
const local = { kind: 'LOCAL', id: 'local', name: null }

/** Events at 1 s, 2 s and so on. */
function log(...events: readonly (readonly [stream: string, type: string, data: object, actor?: object])[]): RecordedEvent[] {
  const versions = new Map<string, number>()
  return events.map(([stream, type, data, actor = local], index) => {
    const version = (versions.get(stream) ?? -1) + 1
    versions.set(stream, version)
    const position = formatPosition('abcdef01', index + 1)
    const context = { actor, correlationId: 'c', causationId: null, metadata: {} }
    return { id: position, stream, version, position, recordedAt: (index + 1) * 1_000, event: { type, data }, context } as unknown as RecordedEvent
  })
}

const grant = (subjectId: string, expiresAt: number | null = null) => ({
  ...{ subjectKind: 'USER', subjectId, permission: 'RUN', ...scope, expiresAt, idempotencyKey: null },
})
const events = log(
  ['user-u1', 'UserCreated', { name: 'ann', displayName: 'Ann <b>', roles: ['operator'] }],
  ['grant-g1', 'GrantGiven', grant('u1')],
  ['grant-g2', 'GrantGiven', grant('u1', 3_500)],
  ['grant-g1', 'GrantRevoked', { reason: null, idempotencyKey: null }],
  ['user-u1', 'UserChanged', { displayName: 'Ann <b>', roles: ['auditor'] }],
  ['task-A', 'TaskRequested', {}, ann],
  ['task-A', 'TaskStarted', {}, { kind: 'AGENT', id: 'agent-1', name: null }],
  ['task-B', 'TaskStarted', {}, { kind: 'AGENT', id: 'agent-2', name: null }],
  ['grant-g3', 'GrantGiven', grant('u1')],
)

function reportOf(from: number, to: number): PeriodReport {
  const reporter = new PeriodReporter({ from, to })
  // In parts, as the log is read.
  for (let first = 0; first < events.length; first += 2) reporter.take(events.slice(first, first + 2))
  return reporter.report()
}

test('grants that held at any instant of the period are in it, others are not', () => {
  const held = (from: number, to: number) => reportOf(from, to).grants.map(({ id }) => id)
  expect(held(1_000, 2_500)).toEqual(['g1'])
  expect(held(3_000, 4_000)).toEqual(['g1', 'g2'])
  expect(held(4_500, 9_000)).toEqual([])
  expect(held(4_500, 9_001)).toEqual(['g3'])
})

test('users are told with their roles at the beginning and at the end', () => {
  const roles = (from: number, to: number) => reportOf(from, to).users.map(({ user, before }) => [before?.roles ?? null, user.roles])
  expect(roles(500, 2_000)).toEqual([[null, ['operator']]])
  expect(roles(4_500, 6_000)).toEqual([[['operator'], ['auditor']]])
  expect(roles(6_000, 7_000)).toEqual([[['auditor'], ['auditor']]])
})

test('people are told one by one, agents as one; what comes before and after the period is not counted', () => {
  const { deeds, events: count, changes } = reportOf(5_000, 9_000)
  expect(count).toBe(4)
  expect(deeds.map(({ kind, id, events: own, types }) => [kind, id, own, types])).toEqual([
    ['AGENT', '', 2, [['TaskStarted', 2]]],
    ['LOCAL', 'local', 1, [['UserChanged', 1]]],
    ['USER', 'u1', 1, [['TaskRequested', 1]]],
  ])
  expect(changes.map(({ type }) => type)).toEqual(['UserChanged'])
})

test('as text, a line each; as HTML, nothing that somebody named becomes markup; both in both languages', () => {
  const report = reportOf(0, 10_000)
  const text = plainReport(reportText(report, 'EN'))
  expect(text).toContain('From 1970-01-01T00:00:00.000Z to before 1970-01-01T00:00:10.000Z.')
  expect(text).toMatch(
    /^User ann may run app billing on all agents \(given by local at 1970-01-01T00:00:02\.000Z\); revoked by local at 1970-01-01T00:00:04\.000Z\.$/m,
  )
  expect(text).toMatch(/^USER ann \(u1\) +1 /m)
  const html = htmlReport(reportText(report, 'EN'), 'en')
  expect(html).toContain('<td>Ann &lt;b&gt;</td>')
  expect(html).not.toMatch(/<b>|<script/)
  expect(htmlReport(reportText(report, 'ZH'), 'zh')).toMatch(/^<!doctype html>\n<html lang="zh">[\s\S]*谁做了什么/)
})
