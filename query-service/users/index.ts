import { erasedText, unreadableText } from '@elves/core/domain/user/personal.ts'
import { userAggregate, userIdOf, userStream } from '@elves/core/domain/user/user.ts'
import { usersReadModel } from '@elves/core/read-models/users/index.ts'
import type { UsersFilter } from '@elves/core/read-models/users/queries.ts'
import { type AccessTokenView, evolveUserView, type UserView } from '@elves/core/read-models/users/user-view.ts'
import type { EdgeFeature } from '../feature.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { changed } from '../graphql/changed.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import type { RequestContext } from '../graphql/context.ts'
import { jsonBytes } from '../read-side/sizes.ts'
import { anyOf } from '../subscriptions/any-of.ts'
import { followed } from '../subscriptions/followed.ts'
import { historyUpTo } from '../tasks/history.ts'
import { lastUsedAt } from './last-used.ts'
import { userCommands, userMutations } from './mutations.ts'

const userChanges = followed({
  name: 'user',
  of: [userAggregate],
  evolve: (view: UserView | null, _id, recorded) => evolveUserView(view, recorded),
})

/** What `readUsers` finds by SQL. */
function matches({ ids, names, states, roles }: UsersFilter): (user: UserView) => boolean {
  const [ofId, ofName, ofState, ofRole] = [anyOf(ids), anyOf(names?.map(userIdOf)), anyOf(states), anyOf(roles)]
  return ({ id, state, roles: own }) =>
    state !== 'NONE' && ofId(id) && ofName(id) && ofState(state) && (roles === undefined || own.some((role) => ofRole(role)))
}

/** A user who was erased is known by the view, too: the log of who may do what may be a moment behind. */
async function shown<Value>(user: UserView, { services }: RequestContext, show: (open: (text: string) => string) => Value): Promise<Value> {
  if (user.state === 'ERASED') return show(() => erasedText)
  const { open } = await services.names.of([user.id])
  return show((text) => open(user.id, text))
}

function openedTokens(user: UserView, context: RequestContext): Promise<readonly AccessTokenView[]> {
  return shown(user, context, (open) => user.accessTokens.map((token) => ({ ...token, name: open(token.name) })))
}

function orId(name: string, id: string): string {
  return name === unreadableText ? id : name
}

export const usersFeature = {
  readModels: [usersReadModel],
  commands: userCommands,
  changes: [userChanges],
  resolvers: {
    Query: {
      user: async (_root, { id, notBefore }, context) => {
        await context.reached(notBefore, ['users'])
        const found = await context.services.readModels.of(usersReadModel).byId(id)
        if (found) context.take(jsonBytes(found))
        return found
      },
      viewer: async (_root, { notBefore }, context) => {
        const { actor, scopes = null, sessionId = null } = context.caller
        if (actor.kind === 'UNKNOWN') return null
        await context.reached(notBefore, ['users'])
        const user = actor.kind === 'USER' ? await context.services.readModels.of(usersReadModel).byId(actor.id) : null
        return { actor, user, scopes, session: sessionId }
      },
      signInMethods: (_root, _args, { services }) => services.signInMethods,
      accessTokens: async (_root, { notBefore }, context) => {
        await context.reached(notBefore, ['users'])
        const { actor } = context.caller
        const user = actor.kind === 'USER' ? await context.services.readModels.of(usersReadModel).byId(actor.id) : null
        const tokens = user?.accessTokens ?? []
        context.take(jsonBytes(tokens))
        return user ? openedTokens(user, context) : []
      },
      users: async (_root, args, context, info) => {
        await context.reached(args.notBefore, ['users'])
        const { list } = context.services.readModels.of(usersReadModel)
        return context.page(info, pageRequest(args, 50), (request) => list(filterOf(args.filter), request))
      },
    },
    Mutation: userMutations,
    Subscription: {
      userChanged: changed(userChanges, matches, (user, position) => ({ user, position })),
    },
    Viewer: {
      permissions: ({ actor, scopes }, _args, { services }) => services.access.permissionsOf({ actor, scopes }),
      readPosition: (_viewer, _args, { services }) => services.readModels.position(),
    },
    User: {
      state: ({ state }) => (state === 'NONE' ? 'DISABLED' : state),
      name: (user, _args, context) => shown(user, context, (open) => orId(open(user.name), user.id)),
      displayName: (user, _args, context) => shown(user, context, (open) => open(user.displayName)),
      sessions: (user, _args, context) =>
        shown(user, context, (open) =>
          user.sessions.map((session) => ({ ...session, remoteAddress: open(session.remoteAddress), program: open(session.program) })),
        ),
      accessTokens: (user, _args, context) => openedTokens(user, context),
      hasSecondFactor: ({ secondFactor }) => secondFactor !== undefined,
      recoveryCodesLeft: ({ secondFactor }) => secondFactor?.recoveryCodesLeft ?? 0,
      position: ({ changedAt }) => changedAt,
      history: async ({ id, version, changedAt }, args, context, info) => {
        const { readPosition, readModels } = context.services
        await readPosition.reached(changedAt, ['event-log'])
        const page = await context.page(info, pageRequest(args, 100), (bounded) => readModels.streamEvents(userStream(id), bounded))
        return historyUpTo(version, page)
      },
    },
    AccessToken: { lastUsedAt },
    UserConnection: connectionResolvers,
  },
} satisfies EdgeFeature
