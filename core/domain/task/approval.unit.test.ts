import { describe, expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import type { RequestTask, StartTerms, TaskGuard } from './commands.ts'
import { taskDecider } from './decide.ts'
import type { TaskEvent } from './events.ts'
import { noTaskOptions } from './options.ts'

const agentId = 'a'.repeat(32)
const terms: StartTerms = { journalId: 'j', now: 1_000, startAllowanceMs: 10, deadlineGraceMs: 5 }
const approve: TaskGuard = { name: 'drop', outcome: 'APPROVE', message: 'it drops a table', approvalMs: 60_000 }
const warn: TaskGuard = { ...approve, name: 'late', outcome: 'WARN' }
const request = (changes: Partial<RequestTask> = {}): RequestTask => ({
  ...noTaskOptions,
  ...terms,
  type: 'RequestTask',
  kind: 'INSTANT',
  agentId,
  agentIp: '10.0.0.1',
  app: 'shop',
  func: 'sql',
  param: null,
  proxy: null,
  processor: false,
  timeoutMs: 0,
  isHeld: false,
  idempotencyKey: null,
  requestHash: null,
  ...changes,
})

function decided(past: readonly TaskEvent[], command: Parameters<typeof taskDecider.decide>[0]): readonly TaskEvent[] {
  const events = taskDecider.decide(command, past.reduce(taskDecider.evolve, taskDecider.initialState))
  if ('rejected' in events) throw new Error(events.rejected)
  return events
}
const typesOf = (events: readonly TaskEvent[]) => events.map(({ type }) => type)

describe('a task that guards look out for', () => {
  test('is dispatched where they only warn, and waits where one wants an approval, for the shortest of their times', () => {
    expect(typesOf(decided([], request({ guards: [warn] })))).toEqual(['TaskRequested', 'TaskGuarded', 'TaskDispatched'])
    const events = decided([], request({ guards: [warn, approve, { ...approve, approvalMs: 5 }] }))
    expect(typesOf(events)).toEqual(['TaskRequested', 'TaskGuarded', 'TaskGuarded', 'TaskGuarded', 'TaskWaiting'])
    expect(events.at(-1)?.data).toMatchObject({ reason: 'APPROVAL', startBefore: 1_005 })
  })

  test('is dispatched when it is approved, or waits for its agent or its turn', () => {
    const past = decided([], request({ guards: [approve] }))
    const approval = { type: 'ApproveTask', reason: 'ok', ...terms } as const
    expect(typesOf(decided(past, approval))).toEqual(['TaskApproved', 'TaskDispatched'])
    expect(decided(past, { ...approval, journalId: null }).at(-1)?.data).toMatchObject({ reason: 'AGENT', startBefore: 31_000 })
    expect(decided(past, { ...approval, isFull: true }).at(-1)?.data).toMatchObject({ reason: 'LIMIT' })
    expect(decided([...past, ...decided(past, approval)], approval)).toEqual([])
  })

  test('is skipped when it is refused, and no word counts after the first', () => {
    const past = decided([], request({ guards: [approve] }))
    const refuse = { type: 'RefuseTask', reason: 'no' } as const
    const refused = decided(past, refuse)
    expect(typesOf(refused)).toEqual(['TaskApprovalRefused', 'TaskSkipped'])
    expect(decided([...past, ...refused], refuse)).toEqual([])
    given(taskDecider, [...past, ...refused])
      .when({ type: 'ApproveTask', reason: null, ...terms })
      .then('APPROVAL_NONE')
  })

  test('no agent that connects and no resend dispatches what waits for an approval', () => {
    const past = decided([], request({ guards: [approve] }))
    expect(decided(past, { type: 'DispatchTask', attempt: 1, ...terms })).toEqual([])
    expect(decided(past, { type: 'ReleaseTask', ...terms })).toEqual([])
  })

  test('may be approved while its queue holds it, and waits for the approval afterwards where it was not', () => {
    const held = decided([], request({ isHeld: true, guards: [approve] }))
    expect(decided(held, { type: 'ReleaseTask', ...terms }).at(-1)?.data).toMatchObject({ reason: 'APPROVAL', startBefore: 61_000 })
    const approved = decided(held, { type: 'ApproveTask', reason: null, ...terms })
    expect(typesOf(approved)).toEqual(['TaskApproved'])
    expect(typesOf(decided([...held, ...approved], { type: 'ReleaseTask', ...terms }))).toEqual(['TaskDispatched'])
  })

  test('a word about a task that no guard keeps is refused', () => {
    given(taskDecider, decided([], request())).when({ type: 'RefuseTask', reason: null }).then('APPROVAL_NONE')
    given(taskDecider, []).when({ type: 'RefuseTask', reason: null }).then('TASK_UNKNOWN')
  })
})

test('a task that may not wait is refused where as many run as may; one that may waits for its turn, with its agent there or not', () => {
  given(taskDecider, [])
    .when(request({ isFull: true }))
    .then('CONCURRENCY_REACHED')
  expect(decided([], request({ isFull: true, startWithinMs: 5 })).at(-1)?.data).toMatchObject({ reason: 'LIMIT', startBefore: 604_801_000 })
  expect(decided([], request({ isFull: true, startWithinMs: 5, journalId: null })).at(-1)?.data).toMatchObject({
    reason: 'AGENT',
    startBefore: 1_005,
  })
})
