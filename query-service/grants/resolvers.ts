import { type AccessState, accessOf, type Grant } from '@elves/core/access/access-state.ts'
import { type AskedAgent, type AskedFor, decide, isFor, whoCan } from '@elves/core/access/decide.ts'
import { accessSentence, grantSentence, type UserNames } from '@elves/core/access/sentences.ts'
import type { AnyCommand, CommandAnswer } from '@elves/core/command-api/command.ts'
import { createAuthKey } from '@elves/core/command-api/create-auth-key.ts'
import { createRole } from '@elves/core/command-api/create-role.ts'
import { deleteRole } from '@elves/core/command-api/delete-role.ts'
import { grant } from '@elves/core/command-api/grant.ts'
import { openAuthKey } from '@elves/core/command-api/open-auth-key.ts'
import { revokeAuthKey } from '@elves/core/command-api/revoke-auth-key.ts'
import { revokeGrant } from '@elves/core/command-api/revoke-grant.ts'
import { rotateAuthKey } from '@elves/core/command-api/rotate-auth-key.ts'
import { tellDenial } from '@elves/core/command-api/tell-denial.ts'
import { tellRefusedRequest } from '@elves/core/command-api/tell-refused-request.ts'
import { updateRole } from '@elves/core/command-api/update-role.ts'
import type { Subject } from '@elves/core/domain/grant/grant.ts'
import { isPermission } from '@elves/core/domain/permissions.ts'
import { hasName } from '@elves/core/domain/scope.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import { agentAsOf } from '../agents/past-agent.ts'
import type { GrantFilter, MutationResolvers, QueryResolvers, Resolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { mapPage } from '../graphql/connections.ts'
import type { RequestContext } from '../graphql/context.ts'
import { matchesAuthKey } from './changes.ts'
import { newestFirst } from './listed.ts'
import type { GrantParent } from './parents.ts'

interface AskedArguments {
  readonly app?: string | null
  readonly func?: string | null
  readonly agent?: string | null
  readonly secret?: string | null
  readonly at?: number | null
  readonly notBefore?: string | null
}

/** What is asked, as it was then: the roles and grants, and the labels of the agent. */
async function asOf(context: RequestContext, { app = null, func = null, agent = null, secret = null, at = null, notBefore }: AskedArguments) {
  await context.reached(notBefore, ['event-log', 'agents'])
  const { access } = context.services
  const state = at === null ? await access.log.refreshed() : await access.log.at(at)
  const asked: AskedFor = { app, func, agent: agent === null ? null : await agentThen(context, agent, at), secret }
  return { state, asked, instant: at ?? Date.now() }
}

/** Whether or not the asker may see the agent: the decision needs its labels, and the answer does not show them. */
async function agentThen({ services }: RequestContext, name: string, at: number | null): Promise<AskedAgent> {
  const { unfiltered } = services.access
  const found = at === null ? await unfiltered.agent(name) : await agentAsOf(unfiltered, name, at)
  return { name, known: found && selectableOf(found) }
}

/** A user may be named by name. */
function subjectOf(state: AccessState, { kind, id }: Subject): Subject {
  const user = kind === 'USER' ? state.userNamed(id) : undefined
  return { kind, id: user?.id ?? id }
}

async function known(context: RequestContext, notBefore: string | null | undefined): Promise<AccessState> {
  await context.reached(notBefore, ['event-log'])
  return context.services.access.log.refreshed()
}

export const accessQueries = {
  access: async (_root, { subject: named, permission, ...args }, context) => {
    const { state, asked, instant } = await asOf(context, args)
    const subject = subjectOf(state, named)
    return { state, subject, permission, asked, decision: decide(state, subject, permission, asked, instant) }
  },
  whoCan: async (_root, { permission, ...args }, context) => {
    const { state, asked, instant } = await asOf(context, args)
    return whoCan(state, permission, asked, instant).map(({ subject, decision }) => ({ state, subject, permission, asked, decision }))
  },
  grants: async (_root, args, context) => {
    const state = await known(context, args.notBefore)
    const matches = await grantMatches(context, args.filter ?? {})
    const page = newestFirst([...state.grants.values()].filter(matches), pageRequest(args, 50))
    context.take(page.bytes)
    return mapPage(page, (one) => ({ state, grant: one }))
  },
  roles: async (_root, { notBefore }, context) => {
    const roles = [...(await known(context, notBefore)).roles.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
    context.takeValue(roles)
    return roles
  },
  authKeys: async (_root, args, context) => {
    const matches = matchesAuthKey(filterOf(args.filter))
    const keys = [...(await known(context, args.notBefore)).authKeys.values()].filter(matches)
    const page = newestFirst(keys, pageRequest(args, 50))
    context.take(page.bytes)
    return page
  },
} satisfies QueryResolvers

async function grantMatches(context: RequestContext, filter: GrantFilter): Promise<(grant: Grant) => boolean> {
  const { subjects, apps, agents, permissions, isActive } = filter
  const asked = agents ? await Promise.all(agents.map((name) => agentThen(context, name, null))) : null
  return (one) => {
    if (subjects && !subjects.includes(one.subject.id)) return false
    if (permissions && !permissions.includes(one.permission)) return false
    if (apps && !apps.some((app) => hasName(one.apps, app))) return false
    if (asked && !asked.some((agent) => isFor(one, { agent }))) return false
    return isActive === null || isActive === undefined || isActive === (stateOf(one) === 'ACTIVE')
  }
}

function stateOf({ revokedAt, expiresAt }: Grant): 'ACTIVE' | 'EXPIRED' | 'REVOKED' {
  if (revokedAt !== null) return 'REVOKED'
  return expiresAt !== null && expiresAt <= Date.now() ? 'EXPIRED' : 'ACTIVE'
}

/** What the read side knows, with what was just written on top of it. */
async function stateWith(context: RequestContext, events: readonly RecordedEvent[]): Promise<AccessState> {
  const names = (await context.services.access.log.state()).users
  const state = accessOf(events)
  for (const [id, user] of names) state.users.set(id, user)
  return state
}

async function grantPayload({ grantId, events, position, refusal }: CommandAnswer<'grant'>, context: RequestContext) {
  if (refusal) return { grant: null, position, refusal }
  const state = await stateWith(context, events)
  const made = state.grants.get(grantId)
  return { grant: made ? { state, grant: made } : null, position, refusal }
}

async function rolePayload({ roleId, events, position, refusal }: CommandAnswer<'role'>, context: RequestContext) {
  if (refusal) return { role: null, position, refusal }
  return { role: (await stateWith(context, events)).roles.get(roleId) ?? null, position, refusal }
}

async function authKeyPayload(answer: CommandAnswer<'authKey'>, context: RequestContext) {
  const { authKeyId, events, position, refusal } = answer
  if (refusal) return { authKey: null, secret: null, position, refusal }
  return { authKey: (await stateWith(context, events)).authKeys.get(authKeyId) ?? null, secret: answer.secret ?? null, position, refusal }
}

export const accessMutations = {
  grant: async (_root, { input }, context) => grantPayload(await context.services.commands.call(grant, context.caller, input), context),
  revokeGrant: async (_root, { input }, context) => grantPayload(await context.services.commands.call(revokeGrant, context.caller, input), context),
  createRole: async (_root, { input }, context) => rolePayload(await context.services.commands.call(createRole, context.caller, input), context),
  updateRole: async (_root, { input }, context) => rolePayload(await context.services.commands.call(updateRole, context.caller, input), context),
  deleteRole: async (_root, { input }, context) => rolePayload(await context.services.commands.call(deleteRole, context.caller, input), context),
  createAuthKey: async (_root, { input }, context) =>
    authKeyPayload(await context.services.commands.call(createAuthKey, context.caller, input), context),
  rotateAuthKey: async (_root, { input }, context) =>
    authKeyPayload(await context.services.commands.call(rotateAuthKey, context.caller, input), context),
  revokeAuthKey: async (_root, { input }, context) =>
    authKeyPayload(await context.services.commands.call(revokeAuthKey, context.caller, input), context),
} satisfies MutationResolvers

export const commandsOfAccess: readonly AnyCommand[] = [
  grant,
  revokeGrant,
  createRole,
  updateRole,
  deleteRole,
  createAuthKey,
  rotateAuthKey,
  revokeAuthKey,
  tellDenial,
  tellRefusedRequest,
  openAuthKey,
]

/** The names of the users in sentences about a subject and grants. */
async function namesFor({ services }: RequestContext, subject: Subject, grants: readonly Grant[]): Promise<UserNames> {
  const all = [subject, ...grants.flatMap((one) => [one.subject, one.givenBy, one.revokedBy])]
  const ids = new Set(all.flatMap((one) => (one?.kind === 'USER' ? [one.id] : [])))
  const names = new Map(
    await Promise.all([...ids].map(async (id) => [id, await services.names.nameOfActor({ kind: 'USER', id, name: null })] as const)),
  )
  return (id) => names.get(id) ?? null
}

export const accessTypes = {
  Subject: {
    kind: ({ subject }) => subject.kind,
    id: ({ subject }) => subject.id,
    name: async ({ state, subject: { kind, id } }, _args, { services }) => {
      if (kind === 'USER') return state.users.has(id) ? services.names.nameOfActor({ kind, id, name: null }) : null
      return kind === 'AUTH_KEY' ? (state.authKeys.get(id)?.name ?? null) : id
    },
  },
  Grant: {
    id: ({ grant: { id } }) => id,
    subject: ({ state, grant: { subject } }) => ({ state, subject }),
    permission: ({ grant: { permission } }) => permission,
    apps: ({ grant: { apps } }) => apps,
    funcs: ({ grant: { funcs } }) => funcs,
    agents: ({ grant: { agents } }) => agents,
    secrets: ({ grant: { secrets } }) => secrets,
    state: ({ grant: one }) => stateOf(one),
    expiresAt: ({ grant: { expiresAt } }) => expiresAt,
    givenBy: ({ grant: { givenBy } }) => givenBy,
    givenAt: ({ grant: { givenAt } }) => givenAt,
    revokedBy: ({ grant: { revokedBy } }) => revokedBy,
    revokedAt: ({ grant: { revokedAt } }) => revokedAt,
    revokeReason: ({ grant: { revokeReason } }) => revokeReason,
    sentence: async ({ state, grant: one }, { language }, context) =>
      grantSentence(state, one, language ?? 'EN', await namesFor(context, one.subject, [one])),
    position: ({ grant: { position } }) => position,
  },
  Access: {
    subject: ({ state, subject }) => ({ state, subject }),
    isAllowed: ({ decision }) => decision.isAllowed,
    because: ({ state, decision }) => decision.because.map((one): GrantParent => ({ state, grant: one })),
    sentence: async ({ state, ...told }, { language }, context) =>
      accessSentence(state, told, language ?? 'EN', await namesFor(context, told.subject, told.decision.because)),
  },
  Role: { permissions: ({ permissions }) => permissions.filter(isPermission) },
} satisfies Resolvers
