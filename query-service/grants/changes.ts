import { evolveAuthKey, type KnownAuthKey } from '@elves/core/access/known-auth-key.ts'
import { evolveGrant, type Grant } from '@elves/core/access/known-grant.ts'
import { evolveRole, type NamedRole } from '@elves/core/access/known-role.ts'
import { authKeyAggregate, authKeyStream } from '@elves/core/domain/auth-key/auth-key.ts'
import { grantAggregate, grantStream } from '@elves/core/domain/grant/grant.ts'
import { roleAggregate, roleStream } from '@elves/core/domain/role/role.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { GraphQLResolveInfo } from 'graphql'
import type { Resolvers } from '../generated/graphql.ts'
import { pageRequest } from '../graphql/arguments.ts'
import { changed } from '../graphql/changed.ts'
import type { RequestContext } from '../graphql/context.ts'
import { anyOf } from '../subscriptions/any-of.ts'
import { followed } from '../subscriptions/followed.ts'
import { historyUpTo } from '../tasks/history.ts'
import { lastUsedAt } from '../users/last-used.ts'

const grantChanges = followed({ name: 'grant', of: [grantAggregate], evolve: evolveGrant, isOpen: ({ revokedAt }: Grant) => revokedAt === null })
const roleChanges = followed({ name: 'role', of: [roleAggregate], evolve: evolveRole })
const authKeyChanges = followed({ name: 'authKey', of: [authKeyAggregate], evolve: evolveAuthKey })

export const changesOfAccess = [grantChanges, roleChanges, authKeyChanges]

/** The narrower filter of a subscription, which asks no agent for its labels. */
interface GrantsFollowed {
  readonly subjects?: readonly string[]
  readonly permissions?: readonly string[]
}

export interface AuthKeysFilter {
  readonly ids?: readonly string[]
  readonly apps?: readonly string[]
  readonly states?: readonly KnownAuthKey['state'][]
}

function matchesGrant({ subjects, permissions }: GrantsFollowed): (grant: Grant) => boolean {
  const [ofSubject, ofPermission] = [anyOf(subjects), anyOf(permissions)]
  return ({ subject, permission }) => ofSubject(subject.id) && ofPermission(permission)
}

function matchesRole({ names }: { readonly names?: readonly string[] }): (role: NamedRole) => boolean {
  const ofName = anyOf(names)
  return ({ name }) => ofName(name)
}

export function matchesAuthKey({ ids, apps, states }: AuthKeysFilter): (key: KnownAuthKey) => boolean {
  const [ofId, ofApp, ofState] = [anyOf(ids), anyOf(apps), anyOf(states)]
  return ({ id, app, state }) => ofId(id) && (apps === undefined || (app !== null && ofApp(app))) && ofState(state)
}

export const accessSubscriptions = {
  grantChanged: changed(grantChanges, matchesGrant, (grant, position) => ({ grant, position })),
  roleChanged: changed(roleChanges, matchesRole, ({ name, role }, position) => ({ name, role, position })),
  authKeyChanged: changed(authKeyChanges, matchesAuthKey, (authKey, position) => ({ authKey, position })),
}

/** A thing that was made by no event has no history. */
export async function historyOfThing(
  stream: string,
  { position, version }: { readonly position: string | null; readonly version: number | null },
  args: { readonly first?: number | null; readonly after?: string | null },
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<Page<RecordedEvent>> {
  if (position === null || version === null) return { edges: [], endCursor: null, hasNextPage: false, unreadable: [], bytes: 0 }
  const { readPosition, readModels } = context.services
  await readPosition.reached(position, ['event-log'])
  return historyUpTo(version, await context.page(info, pageRequest(args, 100), (bounded) => readModels.streamEvents(stream, bounded)))
}

export const historiesOfAccess = {
  Grant: { history: ({ grant }, args, context, info) => historyOfThing(grantStream(grant.id), grant, args, context, info) },
  Role: { history: (role, args, context, info) => historyOfThing(roleStream(role.name), role, args, context, info) },
  AuthKey: { lastUsedAt, history: (key, args, context, info) => historyOfThing(authKeyStream(key.id), key, args, context, info) },
  GrantChange: { grant: async ({ grant }, _args, { services }) => ({ state: await services.access.log.state(), grant }) },
} satisfies Resolvers
