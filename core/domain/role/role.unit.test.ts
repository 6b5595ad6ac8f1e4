import { test } from 'vitest'
import { everywhere } from '../scope.ts'
import { given } from '../testing/given.ts'
import { type CreateRole, type RoleEvent, roleAggregate } from './role.ts'

const { decider } = roleAggregate
const settings = { ...everywhere, description: 'Night shift', permissions: ['VIEW', 'RUN'] }
const create: CreateRole = { type: 'CreateRole', name: 'night', settings }
const created: RoleEvent = { type: 'RoleCreated', data: settings }
const deleted: RoleEvent = { type: 'RoleDeleted', data: {} }

test('makes a role, once', () => {
  given(decider, []).when(create).then([created])
  given(decider, [created]).when(create).then([])
  given(decider, [created])
    .when({ ...create, settings: { ...settings, permissions: ['VIEW'] } })
    .then('ROLE_EXISTS')
})

test('keeps the parts of a role in one form', () => {
  given(decider, [])
    .when({
      ...create,
      settings: { ...settings, permissions: ['RUN', 'VIEW', 'RUN'], apps: ['b', 'a', 'b'], funcs: ['x', '*'], agents: ' env = prod ' },
    })
    .then([{ type: 'RoleCreated', data: { ...settings, apps: ['a', 'b'], agents: 'env=prod' } }])
})

test('refuses names, permissions and scopes that no role has', () => {
  for (const name of ['', ' x', '-x', 'a b', 'x'.repeat(65), 'half \ud800'])
    given(decider, [])
      .when({ ...create, name })
      .then('ROLE_INVALID')
  const refuses = (changed: Partial<typeof settings>, code: 'ROLE_INVALID' | 'SCOPE_INVALID' | 'SELECTOR_INVALID') =>
    given(decider, [])
      .when({ ...create, settings: { ...settings, ...changed } })
      .then(code)
  refuses({ permissions: ['FLY'] }, 'ROLE_INVALID')
  refuses({ permissions: [] }, 'ROLE_INVALID')
  refuses({ apps: [] }, 'SCOPE_INVALID')
  refuses({ apps: ['ng*'] }, 'SCOPE_INVALID')
  refuses({ agents: 'env=' + '"' }, 'SELECTOR_INVALID')
})

test('changes what is given, and leaves the rest', () => {
  const update = { type: 'UpdateRole', name: 'night', settings: { permissions: ['VIEW'] } } as const
  given(decider, [created])
    .when(update)
    .then([{ type: 'RoleChanged', data: { ...settings, permissions: ['VIEW'] } }])
  given(decider, []).when(update).then('ROLE_UNKNOWN')
  given(decider, [created, deleted]).when(update).then('ROLE_UNKNOWN')
})

test('deletes a role, whose name is free again', () => {
  const remove = { type: 'DeleteRole', name: 'night' } as const
  given(decider, [created]).when(remove).then([deleted])
  given(decider, [created, deleted]).when(remove).then([])
  given(decider, [created, deleted]).when(create).then([created])
  given(decider, []).when(remove).then('ROLE_UNKNOWN')
})

test('refuses to change a role that is always there', () => {
  for (const name of ['admin', 'operator', 'developer', 'auditor']) {
    given(decider, [])
      .when({ ...create, name })
      .then('ROLE_BUILT_IN')
    given(decider, []).when({ type: 'UpdateRole', name, settings: {} }).then('ROLE_BUILT_IN')
    given(decider, []).when({ type: 'DeleteRole', name }).then('ROLE_BUILT_IN')
  }
})
