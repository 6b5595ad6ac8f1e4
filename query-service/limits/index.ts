import type { AccessState } from '@elves/core/access/access-state.ts'
import { approveTask } from '@elves/core/command-api/approve-task.ts'
import type { CommandAnswer } from '@elves/core/command-api/command.ts'
import { refuseTask } from '@elves/core/command-api/refuse-task.ts'
import { removeGuard } from '@elves/core/command-api/remove-guard.ts'
import { removeLimit } from '@elves/core/command-api/remove-limit.ts'
import { setGuard } from '@elves/core/command-api/set-guard.ts'
import { setLimit } from '@elves/core/command-api/set-limit.ts'
import { type GuardOutcome, guardAggregate } from '@elves/core/domain/guard/guard.ts'
import { type LimitedKind, limitAggregate } from '@elves/core/domain/limit/limit.ts'
import { evolveGuard, type KnownGuard, outcomeOf } from '@elves/core/limits/known-guard.ts'
import { evolveLimit, type KnownLimit } from '@elves/core/limits/known-limit.ts'
import { LimitsState } from '@elves/core/limits/limits-state.ts'
import type { EdgeFeature } from '../feature.ts'
import type { QueryResolvers, Resolvers } from '../generated/graphql.ts'
import { historyOfThing } from '../grants/changes.ts'
import { newestFirst } from '../grants/listed.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { changed } from '../graphql/changed.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import type { RequestContext } from '../graphql/context.ts'
import { anyOf } from '../subscriptions/any-of.ts'
import { followed } from '../subscriptions/followed.ts'
import { taskPayload } from '../tasks/mutations.ts'

const limitChanges = followed({ name: 'limit', of: [limitAggregate], evolve: evolveLimit })
const guardChanges = followed({ name: 'guard', of: [guardAggregate], evolve: evolveGuard })

interface LimitsFilter {
  readonly kinds?: readonly string[]
  readonly of?: readonly string[]
}

function matchesLimit({ kinds, of: things }: LimitsFilter): (limit: { readonly kind: string; readonly of: string }) => boolean {
  const [ofKind, ofThing] = [anyOf(kinds), anyOf(things)]
  return ({ kind, of }) => ofKind(kind) && ofThing(of)
}

function matchesGuard({ apps }: { readonly apps?: readonly string[] }): (guard: { readonly app: string }) => boolean {
  const ofApp = anyOf(apps)
  return ({ app }) => ofApp(app)
}

async function known(context: RequestContext, notBefore: string | null | undefined): Promise<LimitsState> {
  await context.reached(notBefore, ['event-log'])
  const { log } = context.services.access
  await log.refreshed()
  return log.limits
}

/** The last set is the newest, as in the log. */
function bySetting<Thing extends { readonly position: string }>(things: Iterable<Thing>): readonly Thing[] {
  return [...things].sort((one, other) => (one.position < other.position ? -1 : 1))
}

const queries = {
  limits: async (_root, { filter, notBefore, ...page }, context) => {
    const matches = matchesLimit(filterOf(filter))
    const found = newestFirst(bySetting((await known(context, notBefore)).limits.values()).filter(matches), pageRequest(page, 50))
    context.take(found.bytes)
    return found
  },
  guards: async (_root, { filter, notBefore, ...page }, context) => {
    const matches = matchesGuard(filterOf(filter))
    const found = newestFirst(bySetting((await known(context, notBefore)).guards.values()).filter(matches), pageRequest(page, 50))
    context.take(found.bytes)
    return found
  },
} satisfies QueryResolvers

type AnswerAbout = Pick<CommandAnswer<'limit'>, 'events' | 'position' | 'refusal'>

function told({ events, position, refusal }: AnswerAbout) {
  const state = new LimitsState()
  for (const event of events) state.apply(event)
  const [limit = null] = state.limits.values()
  const [guard = null] = state.guards.values()
  return { limit, guard, position, refusal }
}

/** What is limited and guarded, and what somebody approves. It has no tables: all of it is folded from events. */
export const limitsFeature = {
  readModels: [],
  commands: [setLimit, removeLimit, setGuard, removeGuard, approveTask, refuseTask],
  changes: [limitChanges, guardChanges],
  resolvers: {
    Query: queries,
    Mutation: {
      setLimit: async (_root, { input }, { caller, services }) => told(await services.commands.call(setLimit, caller, input)),
      removeLimit: async (_root, { input }, { caller, services }) => told(await services.commands.call(removeLimit, caller, input)),
      setGuard: async (_root, { input }, { caller, services }) => told(await services.commands.call(setGuard, caller, input)),
      removeGuard: async (_root, { input }, { caller, services }) => told(await services.commands.call(removeGuard, caller, input)),
      approveTask: async (_root, { input }, { caller, services }) => taskPayload(await services.commands.call(approveTask, caller, input)),
      refuseTask: async (_root, { input }, { caller, services }) => taskPayload(await services.commands.call(refuseTask, caller, input)),
    },
    Subscription: {
      limitChanged: changed(limitChanges, matchesLimit, ({ kind, of, limit }, position) => ({ kind: kind as LimitedKind, of, limit, position })),
      guardChanged: changed(guardChanges, matchesGuard, ({ app, name, guard }, position) => ({ app, name, guard, position })),
    },
    Limit: {
      kind: ({ kind }) => kind as LimitedKind,
      name: ({ kind, of }, _args, context) => nameOf(kind, of, context),
      history: (limit: KnownLimit, args, context, info) => historyOfThing(limitAggregate.streamOf(limit.id), limit, args, context, info),
    },
    Guard: {
      outcome: (guard): GuardOutcome => outcomeOf(guard),
      history: (guard: KnownGuard, args, context, info) => historyOfThing(guardAggregate.streamOf(guard.id), guard, args, context, info),
    },
    LimitConnection: connectionResolvers,
    GuardConnection: connectionResolvers,
  },
} satisfies EdgeFeature & { readonly resolvers: Resolvers }

async function nameOf(kind: string, of: string, { services }: RequestContext): Promise<string | null> {
  if (kind === 'USER') return services.names.nameOfActor({ kind, id: of, name: null })
  if (kind !== 'AUTH_KEY') return null
  const { log } = services.access
  const found = ({ authKeys }: AccessState) => authKeys.get(of)?.name ?? null
  // What was made a moment ago may be in the log alone.
  return found(await log.state()) ?? found(await log.asOfNow())
}
