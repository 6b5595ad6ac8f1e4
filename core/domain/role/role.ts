import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decision, type Rejection, rejection } from '../decision.ts'
import { isPermission, type Permission, permissions } from '../permissions.ts'
import { checkScope, everywhere, plainScope, type Scope } from '../scope.ts'
import { checkText } from '../task/request.ts'

/** Events of stream `role-<name>`. */
export type RoleEvent = EventOf<'role'>

/** What a role allows those who have it. */
export interface RoleSettings extends Scope {
  /** For people. */
  readonly description: string
  readonly permissions: readonly string[]
}

export interface RoleState {
  /** DELETED: another role of the name may be made. */
  readonly phase: 'NONE' | 'CURRENT' | 'DELETED'
  readonly settings: RoleSettings | null
}

export interface CreateRole {
  readonly type: 'CreateRole'
  readonly name: string
  readonly settings: RoleSettings
}

/** Settings that are absent stay as they are. */
export interface UpdateRole {
  readonly type: 'UpdateRole'
  readonly name: string
  readonly settings: Partial<RoleSettings>
}

export interface DeleteRole {
  readonly type: 'DeleteRole'
  readonly name: string
}

export type RoleCommand = CreateRole | UpdateRole | DeleteRole

export const roleLimits = { nameLength: 64, descriptionLength: 1_000 } as const

const namePattern = /^[A-Za-z0-9][\w.-]*$/

/** Roles that are there from the start. They are constants: nobody changes or deletes them. */
export const builtInRoles: Readonly<Record<string, RoleSettings & { readonly permissions: readonly Permission[] }>> = {
  admin: { ...everywhere, description: 'May do everything.', permissions },
  operator: {
    ...everywhere,
    description: 'Sees everything, runs and cancels tasks, approves those of others, makes schedules.',
    permissions: ['VIEW', 'RUN', 'APPROVE', 'CANCEL', 'SCHEDULE'],
  },
  developer: {
    ...everywhere,
    description: 'Sees everything, manages apps, runs and cancels tasks.',
    permissions: ['VIEW', 'RUN', 'CANCEL', 'MANAGE_APPS'],
  },
  auditor: { ...everywhere, description: 'Sees everything and reads the audit log.', permissions: ['VIEW', 'AUDIT'] },
}

function isBuiltInRole(name: string): boolean {
  return Object.hasOwn(builtInRoles, name)
}

const initialState: RoleState = { phase: 'NONE', settings: null }

/** Named sets of permissions that users have. */
export const roleAggregate = aggregate({ name: 'role', prefix: 'role-', decider: { initialState, decide, evolve } })
export const roleStream = roleAggregate.streamOf

export function isRoleName(name: string): boolean {
  return name.length <= roleLimits.nameLength && namePattern.test(name)
}

function decide(command: RoleCommand, state: RoleState): Decision<RoleEvent> {
  if (!isRoleName(command.name)) {
    return rejection(
      'ROLE_INVALID',
      `a role's name has 1 to ${roleLimits.nameLength} characters: letters of ASCII, digits, _ . and -, the first no sign`,
      'name',
    )
  }
  if (isBuiltInRole(command.name)) return rejection('ROLE_BUILT_IN', `${command.name} is a role that is always there: it can not be changed`, 'name')
  switch (command.type) {
    case 'CreateRole': {
      const invalid = checkSettings(command.settings)
      if (invalid) return invalid
      const settings = plain(command.settings)
      if (state.phase !== 'CURRENT') return [{ type: 'RoleCreated', data: settings }]
      return isSame(settings, state.settings) ? [] : rejection('ROLE_EXISTS', `there is a role ${command.name} already`, 'name')
    }
    case 'UpdateRole': {
      if (state.phase !== 'CURRENT' || !state.settings) return unknownRole(command.name)
      const wanted = { ...state.settings, ...command.settings }
      const invalid = checkSettings(wanted)
      if (invalid) return invalid
      const settings = plain(wanted)
      return isSame(settings, state.settings) ? [] : [{ type: 'RoleChanged', data: settings }]
    }
    case 'DeleteRole':
      if (state.phase === 'NONE') return unknownRole(command.name)
      return state.phase === 'DELETED' ? [] : [{ type: 'RoleDeleted', data: {} }]
  }
}

function checkSettings(settings: RoleSettings): Rejection | null {
  const { description, permissions: named } = settings
  if (description.length > roleLimits.descriptionLength) {
    return rejection('ROLE_INVALID', `a description has at most ${roleLimits.descriptionLength} characters`, 'description')
  }
  const unknown = named.find((one) => !isPermission(one))
  if (unknown !== undefined) return rejection('ROLE_INVALID', `${unknown.slice(0, 64)} is no permission`, 'permissions')
  if (named.length === 0) return rejection('ROLE_INVALID', 'a role has at least one permission', 'permissions')
  return checkText('description', description) ?? checkScope(settings)
}

function plain({ description, permissions: named, ...scope }: RoleSettings): RoleSettings {
  return { description, permissions: permissions.filter((one) => named.includes(one)), ...plainScope(scope) }
}

function isSame(one: RoleSettings, other: RoleSettings | null): boolean {
  const compared = ({ description, permissions: named, apps, funcs, agents, secrets }: RoleSettings) =>
    JSON.stringify([description, named, apps, funcs, agents, secrets])
  return other !== null && compared(one) === compared(other)
}

export function unknownRole(name: string): Rejection {
  return rejection('ROLE_UNKNOWN', `there is no role ${name.slice(0, roleLimits.nameLength)}`, 'name')
}

function evolve(state: RoleState, event: RoleEvent): RoleState {
  switch (event.type) {
    case 'RoleCreated':
    case 'RoleChanged':
      return { phase: 'CURRENT', settings: event.data }
    case 'RoleDeleted':
      return { ...state, phase: 'DELETED' }
  }
}
