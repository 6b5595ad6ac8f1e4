import type { Caller, CommandAnswer } from '@elves/core/command-api/command.ts'
import { createRole } from '@elves/core/command-api/create-role.ts'
import { deleteRole } from '@elves/core/command-api/delete-role.ts'
import { type GrantRequest, grant } from '@elves/core/command-api/grant.ts'
import { type RevokeGrantRequest, revokeGrant } from '@elves/core/command-api/revoke-grant.ts'
import { tellDenial } from '@elves/core/command-api/tell-denial.ts'
import { updateRole } from '@elves/core/command-api/update-role.ts'
import type { Rejection } from '@elves/core/domain/decision.ts'
import { rejection } from '@elves/core/domain/decision.ts'
import { type GrantCommand, grantAggregate, grantStream, type Subject, unknownGrant } from '@elves/core/domain/grant/grant.ts'
import { isPermission } from '@elves/core/domain/permissions.ts'
import {
  isRoleName,
  type RoleCommand,
  type RoleSettings,
  type RoleState,
  roleAggregate,
  roleStream,
  unknownRole,
} from '@elves/core/domain/role/role.ts'
import { checkScope, type Scope } from '@elves/core/domain/scope.ts'
import { hexIdForKey, isHexId, randomHexId } from '@elves/core/foundation/ids.ts'
import { decideAbout, refusedAs } from '../command-answers.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'

const refusedGrant = refusedAs('grant')
const refusedRole = refusedAs('role')

/** Roles and grants. Nobody gives by them what he does not have himself. */
export const grantsWriteFeature: WriteFeature = (side) => {
  const { store, aggregates, access, denials } = side

  async function handleGrant(caller: Caller, id: string, command: GrantCommand): Promise<CommandAnswer<'grant'>> {
    const about = { subject: 'grant', id, aggregate: grantAggregate, stream: grantStream(id), commands: [command] } as const
    return decideAbout(side, { ...about, caller, onWritten: (events) => access.observe(events) })
  }

  async function give(
    caller: Caller,
    { idempotencyKey, subject: named, expiresAt, permission, ...scope }: GrantRequest,
  ): Promise<CommandAnswer<'grant'>> {
    const subject = await knownSubject(named)
    if (!subject) return refusedGrant(rejection('SUBJECT_UNKNOWN', `there is no ${named.kind} ${named.id.slice(0, 256)}`, 'subject'))
    const no = await refusalOfScope(caller, grant.name, [permission], scope)
    if (no) return refusedGrant(no)
    const id = idempotencyKey === null ? randomHexId() : hexIdForKey(caller.actor, grant.name, idempotencyKey)
    const settings = { subjectKind: subject.kind, subjectId: subject.id, permission, expiresAt, ...scope }
    return handleGrant(caller, id, { type: 'GiveGrant', settings, idempotencyKey, now: Date.now() })
  }

  /** A user may be named by the id or by the name. */
  async function knownSubject({ kind, id }: Subject): Promise<Subject | null> {
    const state = await access.state()
    if (kind === 'ROLE') return state.roles.has(id) ? { kind, id } : null
    if (kind === 'AUTH_KEY') return state.authKeys.has(id) ? { kind, id } : null
    const named = state.userNamed(id)
    return named && !named.isErased ? { kind, id: named.id } : null
  }

  /** A scope that is none is refused by the decision, with its own code. */
  async function refusalOfScope(caller: Caller, name: string, permissions: readonly string[], scope: Scope): Promise<Rejection | null> {
    return checkScope(scope) ?? access.refusalOfGiving(caller, name, permissions.filter(isPermission), scope)
  }

  async function revoke(caller: Caller, { grant: id, reason }: RevokeGrantRequest): Promise<CommandAnswer<'grant'>> {
    if (!isHexId(id)) return refusedGrant(unknownGrant())
    const { settings } = (await aggregates.load(grantAggregate, grantStream(id))).state
    // To take is to need MANAGE_ACCESS over what is taken, and not the permission itself.
    const no = settings && (await access.refusalOfGiving(caller, revokeGrant.name, [], settings))
    return no ? refusedGrant(no) : handleGrant(caller, id, { type: 'RevokeGrant', reason })
  }

  async function handleRole(caller: Caller, command: RoleCommand): Promise<CommandAnswer<'role'>> {
    const { name } = command
    if (!isRoleName(name) && command.type !== 'CreateRole') return refusedRole(unknownRole(name))
    const stream = roleStream(name)
    if (isRoleName(name)) {
      const no = await refusalOfRole(caller, command, (await aggregates.load(roleAggregate, stream)).state)
      if (no) return refusedRole(no)
    }
    const about = { subject: 'role', id: name, aggregate: roleAggregate, stream, commands: [command] } as const
    return decideAbout(side, { ...about, caller, onWritten: (events) => access.observe(events) })
  }

  /** A change takes what the role is and gives what it shall be; to whom is not asked, because anybody may have it later. */
  async function refusalOfRole(caller: Caller, command: RoleCommand, { settings: before, phase }: RoleState): Promise<Rejection | null> {
    const after = command.type === 'DeleteRole' ? null : before || command.type === 'CreateRole' ? wanted(command, before) : null
    const taken = before && (await access.refusalOfGiving(caller, command.type, [], before))
    const given = taken ?? (after && (await refusalOfScope(caller, command.type, after.permissions, after)))
    return given ?? (phase === 'CURRENT' ? null : refusalOfFormerGrants(caller, command))
  }

  /** A role that is made has the grants that one of its name had: they must be the sender's to give as well. */
  async function refusalOfFormerGrants(caller: Caller, { type, name }: RoleCommand): Promise<Rejection | null> {
    if (type !== 'CreateRole' || !(await access.subjectOf(caller))) return null
    for (const former of (await access.state()).grantsOf({ kind: 'ROLE', id: name })) {
      const no = await access.refusalOfGiving(caller, type, [former.permission], former)
      if (no) return no
    }
    return null
  }

  return {
    commands: [
      handles(grant, give),
      handles(revokeGrant, revoke),
      handles(createRole, (caller, { idempotencyKey: _, name, ...settings }) => handleRole(caller, { type: 'CreateRole', name, settings })),
      handles(updateRole, (caller, { idempotencyKey: _, name, ...changed }) => {
        const settings = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== null && value !== undefined))
        return handleRole(caller, { type: 'UpdateRole', name, settings })
      }),
      handles(deleteRole, (caller, { name }) => handleRole(caller, { type: 'DeleteRole', name })),
      handles(tellDenial, async (caller, { permission, asked: command, app, message }) => {
        denials.tell(caller, { permission, command, app, func: null, agentId: null, message, code: 'FORBIDDEN' })
        return { denialId: caller.correlationId, events: [], position: await store.head(), refusal: null }
      }),
    ],
    managers: { denials },
  }
}

function wanted(command: Exclude<RoleCommand, { type: 'DeleteRole' }>, before: RoleSettings | null): RoleSettings {
  return { ...(before as RoleSettings), ...command.settings }
}
