import { changePassword } from '@elves/core/command-api/change-password.ts'
import type { AnswerOf, AnyCommand, Caller, InputOf } from '@elves/core/command-api/command.ts'
import { createAccessToken } from '@elves/core/command-api/create-access-token.ts'
import { createRole } from '@elves/core/command-api/create-role.ts'
import { createUser } from '@elves/core/command-api/create-user.ts'
import { disableUser } from '@elves/core/command-api/disable-user.ts'
import { enableUser } from '@elves/core/command-api/enable-user.ts'
import { endSessions } from '@elves/core/command-api/end-sessions.ts'
import { grant } from '@elves/core/command-api/grant.ts'
import { resetPassword } from '@elves/core/command-api/reset-password.ts'
import { signIn } from '@elves/core/command-api/sign-in.ts'
import { signOut } from '@elves/core/command-api/sign-out.ts'
import { updateUser } from '@elves/core/command-api/update-user.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callHandler } from '../command-handlers.ts'
import { caller as local } from '../tests/center.ts'
import { instances } from '../tests/instances.ts'

type Instances = Awaited<ReturnType<typeof instances>>

const prod = { apps: ['*'], funcs: ['*'], agents: 'env=prod' }
let all: Instances
let center: Awaited<ReturnType<Instances['command']>>

beforeEach(async () => {
  all = await instances(null)
  center = await all.command('one')
  await done(local, createRole, { name: 'prod-manager', description: '', permissions: ['MANAGE_ACCESS', 'RUN'], ...prod })
  await done(local, createRole, { name: 'prod-runner', description: '', permissions: ['RUN'], ...prod })
})
afterEach(() => all.close())

function as<Asked extends AnyCommand>(caller: Caller, command: Asked, input: InputOf<Asked>): Promise<AnswerOf<Asked>> {
  return callHandler(center.handlers)(command, caller, input)
}

async function codeOf(answer: Promise<{ readonly refusal: { readonly code: string } | null }>): Promise<string> {
  return (await answer).refusal?.code ?? 'DONE'
}

async function done<Asked extends AnyCommand>(caller: Caller, command: Asked, input: InputOf<Asked>): Promise<void> {
  expect(await codeOf(as(caller, command, input))).toBe('DONE')
}

/** A new user as the sender of commands, without a session. */
async function person(name: string, roles: readonly string[]): Promise<Caller & { readonly id: string }> {
  const { userId } = await as(local, createUser, { name, roles })
  const id = String(userId)
  return { id, actor: { kind: 'USER', id, name }, correlationId: 'c', metadata: {} }
}

describe('who manages the access of a department', () => {
  it('makes users with what the manager has, and with nothing more', async () => {
    const manager = await person('manager', ['prod-manager'])
    const make = (name: string, roles: string[]) => codeOf(as(manager, createUser, { name, roles }))
    expect(await make('none', [])).toBe('DONE')
    expect(await make('runner', ['prod-runner'])).toBe('DONE')
    expect(await make('boss', ['admin'])).toBe('FORBIDDEN')
    expect(await make('both', ['prod-runner', 'operator'])).toBe('FORBIDDEN')
    expect(await make('nothing', ['no-such-role'])).toBe('ROLE_UNKNOWN')
    expect(await codeOf(as(manager, updateUser, { user: manager.id, roles: ['prod-manager', 'admin'] }))).toBe('FORBIDDEN')
  })

  it('decides about those only who have nothing more, by a role, a grant, or as soon as they are enabled', async () => {
    const manager = await person('manager', ['prod-manager'])
    const runner = await person('runner', ['prod-runner'])
    const boss = await person('boss', ['admin'])
    const granted = await person('granted', [])
    await done(local, grant, { subject: { kind: 'USER', id: granted.id }, permission: 'AUDIT' })
    const disabled = await person('disabled', ['admin'])
    await done(local, disableUser, { user: disabled.id })
    const attempts = (user: string): Promise<string>[] => [
      codeOf(as(manager, updateUser, { user, roles: [] })),
      codeOf(as(manager, resetPassword, { user })),
      codeOf(as(manager, endSessions, { user })),
      codeOf(as(manager, disableUser, { user })),
      codeOf(as(manager, enableUser, { user })),
    ]
    for (const { id } of [boss, granted, disabled]) expect(await Promise.all(attempts(id))).toEqual(Array(5).fill('FORBIDDEN'))
    expect(await codeOf(as(manager, resetPassword, { user: runner.id }))).toBe('DONE')
    expect(await codeOf(as(manager, disableUser, { user: runner.id }))).toBe('DONE')
    expect(await codeOf(as(runner, createUser, { name: 'other', roles: [] }))).toBe('FORBIDDEN')
  })
})

describe('a user without any right', () => {
  it('does in a session what is about the user only', async () => {
    const name = 'ann'
    const created = await as(local, createUser, { name, roles: [] })
    const [first, password] = [created.refusal ? '' : (created.secret ?? ''), 'the long word of nobody']
    const ann: Caller = { actor: { kind: 'USER', id: String(created.userId), name }, correlationId: 'c', metadata: {} }
    const signedIn = await as(local, signIn, { name, password: first, remoteAddress: '127.0.0.1', program: 'test' })
    const [sessionId = ''] = signedIn.events.flatMap(({ event }) => (event.type === 'UserSignedIn' ? [event.data.sessionId] : []))
    const session = { ...ann, sessionId }
    const change = { oldPassword: first, newPassword: password }
    const make = (scopes: string[]) => ({ name: 'script', scopes })
    for (const command of [as(ann, changePassword, change), as(ann, createAccessToken, make([])), as(ann, signOut, {})]) {
      expect(await codeOf(command)).toBe('FORBIDDEN')
    }
    await done(session, changePassword, change)
    await done(session, createAccessToken, make(['VIEW']))
    expect(await codeOf(as(session, createAccessToken, make(['FLY'])))).toBe('ACCESS_TOKEN_INVALID')
    expect(await codeOf(as({ ...ann, scopes: ['VIEW'] }, endSessions, {}))).toBe('FORBIDDEN')
    await done(session, endSessions, {})
  })
})
