import type { UserEvent } from '@elves/core/domain/user/user.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { endingAt } from './ending-at.ts'
import { OpenCredentials, type Shown } from './open-credentials.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const session: Shown = { hash: 'h', credentialId: 's', userId: 'u', expiresAt: null }
const good = new Set<string>()
const asked: string[] = []
let open: OpenCredentials
beforeEach(() => {
  good.clear()
  asked.length = 0
  open = new OpenCredentials({
    isGood: async (hash) => {
      asked.push(hash)
      return good.has(hash)
    },
    onError: (error) => expect.fail(String(error)),
  })
})
afterEach(() => open.stop())

function listening(shown: Shown): { readonly isEnded: () => boolean; readonly forget: () => void } {
  let times = 0
  const forget = open.listen(shown, () => void times++)
  return { isEnded: () => times === 1, forget }
}

test('holds nothing that no socket listens for', () => {
  for (let nth = 0; nth < 10_000; nth++) open.listen({ ...session, hash: `h${nth}` }, () => undefined)()
  const [one, other] = [listening(session), listening(session)]
  expect(open.size).toBe(1)
  one.forget()
  expect(open.size).toBe(1)
  other.forget()
  expect([open.size, vi.getTimerCount()]).toEqual([0, 0])
})

test('tells each socket of an end, once, and then holds nothing', () => {
  const sockets = [listening(session), listening(session)]
  const another = listening({ ...session, hash: 'other', credentialId: 'another' })
  open.observe('u', { type: 'UserSessionEnded', data: { sessionId: 's', cause: 'ENDED' } })
  open.observe('u', { type: 'UserSessionEnded', data: { sessionId: 's', cause: 'ENDED' } })
  expect(sockets.map(({ isEnded }) => isEnded())).toEqual([true, true])
  expect([another.isEnded(), open.size]).toEqual([false, 1])
})

test.each<[string, UserEvent, boolean]>([
  ['is disabled', { type: 'UserDisabled', data: { reason: null } }, true],
  ['has a password that somebody else knows', { type: 'UserPasswordSet', data: { isOneTime: true } }, true],
  ['has another password', { type: 'UserPasswordSet', data: { isOneTime: false } }, false],
  ['has another name', { type: 'UserChanged', data: { displayName: 'x', roles: [] } }, false],
])('a user who %s', (_what, event, isOver) => {
  const [own, others] = [listening(session), listening({ ...session, hash: 'o', userId: 'other' })]
  open.observe('u', event)
  expect([own.isEnded(), others.isEnded()]).toEqual([isOver, false])
})

test('ends what expires, and what is good for nothing when it is looked at', async () => {
  const [short, idle, used] = ['short', 'idle', 'used'].map((hash) =>
    listening({ ...session, hash, expiresAt: hash === 'short' ? Date.now() + 5_000 : null }),
  )
  good.add('used')
  await vi.advanceTimersByTimeAsync(4_000)
  expect(short?.isEnded()).toBe(false)
  await vi.advanceTimersByTimeAsync(2_000)
  expect([short?.isEnded(), idle?.isEnded(), asked]).toEqual([true, false, []])
  await vi.advanceTimersByTimeAsync(60_000)
  expect([idle?.isEnded(), used?.isEnded()]).toEqual([true, false])
})

test('an instant that is farther away than a timer counts is told in time, and not before', async () => {
  let isOver = false
  const days = (count: number) => count * 86_400_000
  endingAt(Date.now() + days(30))(() => {
    isOver = true
  })
  const forget = endingAt(Date.now() + days(30))(() => expect.fail('it was forgotten'))
  await vi.advanceTimersByTimeAsync(days(29))
  expect(isOver).toBe(false)
  forget()
  await vi.advanceTimersByTimeAsync(days(1))
  expect(isOver).toBe(true)
})
