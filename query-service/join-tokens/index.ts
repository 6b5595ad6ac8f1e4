import type { CommandAnswer } from '@elves/core/command-api/command.ts'
import { createJoinToken } from '@elves/core/command-api/create-join-token.ts'
import { revokeJoinToken } from '@elves/core/command-api/revoke-join-token.ts'
import { joinTokenAggregate, joinTokenStream } from '@elves/core/domain/join-token/join-token.ts'
import { joinTokensReadModel } from '@elves/core/read-models/join-tokens/index.ts'
import { evolveJoinTokenView, type JoinTokenView } from '@elves/core/read-models/join-tokens/join-token-view.ts'
import type { JoinTokensFilter } from '@elves/core/read-models/join-tokens/queries.ts'
import { parsedLabels } from '../agents/labels.ts'
import type { EdgeFeature } from '../feature.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { changed } from '../graphql/changed.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import type { RequestContext } from '../graphql/context.ts'
import { listAsOf, withAsOf } from '../graphql/list-as-of.ts'
import { jsonBytes } from '../read-side/sizes.ts'
import { anyOf } from '../subscriptions/any-of.ts'
import { followed } from '../subscriptions/followed.ts'
import { historyUpTo } from '../tasks/history.ts'
import { joinTokenAsOf, pastJoinTokens } from './past-join-token.ts'

const joinTokenChanges = followed({
  name: 'joinToken',
  of: [joinTokenAggregate],
  evolve: (view: JoinTokenView | null, _id, recorded) => evolveJoinTokenView(view, recorded),
})

function matches({ ids }: Pick<JoinTokensFilter, 'ids'>): (joinToken: JoinTokenView) => boolean {
  const wanted = anyOf(ids)
  return ({ id }) => wanted(id)
}

/** The token as the read model has it, with the events of the answer that it may not have yet. */
async function payload({ joinTokenId, events, position, refusal }: CommandAnswer<'joinToken'>, { services }: RequestContext) {
  if (refusal) return { joinToken: null, position, refusal }
  let joinToken = await services.readModels.of(joinTokensReadModel).byId(joinTokenId)
  for (const event of events) if (joinTokenAggregate.isEvent(event)) joinToken = evolveJoinTokenView(joinToken, event)
  return { joinToken, position, refusal }
}

export const joinTokensFeature = {
  readModels: [joinTokensReadModel],
  commands: [createJoinToken, revokeJoinToken],
  changes: [joinTokenChanges],
  resolvers: {
    Query: {
      joinToken: async (_root, { id, asOf, notBefore }, context) => {
        const { readModels } = context.services
        const isPast = typeof asOf === 'number'
        await context.reached(notBefore, [isPast ? 'event-log' : 'join-tokens'])
        const found = await (isPast ? joinTokenAsOf(readModels, id, asOf) : readModels.of(joinTokensReadModel).byId(id))
        if (found) context.take(jsonBytes(found))
        return found && isPast ? { ...found, asOf } : found
      },
      joinTokens: async (_root, args, context, info) => {
        await context.reached(args.notBefore, ['join-tokens'])
        const { readModels } = context.services
        const filter = filterOf(args.filter)
        const page = await listAsOf(context, info, args, {
          name: 'join-tokens',
          now: (request) => readModels.of(joinTokensReadModel).list(filter, request),
          past: (moment) => pastJoinTokens(readModels, filter, moment),
        })
        return withAsOf(page, args.asOf)
      },
    },
    Mutation: {
      createJoinToken: async (_root, { input }, context) => {
        const labels = parsedLabels(input.labels)
        const answer = await context.services.commands.call(createJoinToken, context.caller, { ...input, labels })
        const secret = answer.refusal ? null : (answer.secret ?? null)
        return { ...(await payload(answer, context)), secret, installLine: secret === null ? null : context.services.installLine(secret) }
      },
      revokeJoinToken: async (_root, { input }, context) => {
        return payload(await context.services.commands.call(revokeJoinToken, context.caller, input), context)
      },
    },
    Subscription: {
      joinTokenChanged: changed(joinTokenChanges, matches, (joinToken, position) => ({ joinToken, position })),
    },
    JoinToken: {
      state: ({ state, expiresAt, maxUses, uses, asOf = Date.now() }) => {
        if (state === 'REVOKED') return 'REVOKED'
        if (expiresAt !== null && expiresAt <= asOf) return 'EXPIRED'
        return maxUses !== null && uses >= maxUses ? 'USED_UP' : 'USABLE'
      },
      position: ({ changedAt }) => changedAt,
      history: async ({ id, version, changedAt }, args, context, info) => {
        const { readPosition, readModels } = context.services
        await readPosition.reached(changedAt, ['event-log'])
        const page = await context.page(info, pageRequest(args, 100), (bounded) => readModels.streamEvents(joinTokenStream(id), bounded))
        return historyUpTo(version, page)
      },
    },
    JoinTokenConnection: connectionResolvers,
  },
} satisfies EdgeFeature
