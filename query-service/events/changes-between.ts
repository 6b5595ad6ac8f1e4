import { aggregateOfStream, aggregates } from '@elves/core/domain/aggregates.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { eventLogReadModel } from '@elves/core/read-models/event-log/index.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { agentAsOf } from '../agents/past-agent.ts'
import { appAsOf } from '../apps/past-app.ts'
import type { QueryResolvers, StreamChangeResolvers } from '../generated/graphql.ts'
import { pageRequest } from '../graphql/arguments.ts'
import { mapPage } from '../graphql/connections.ts'
import type { RequestContext } from '../graphql/context.ts'
import { joinTokenAsOf } from '../join-tokens/past-join-token.ts'
import { queueAsOf } from '../queues/past-queue.ts'
import { eachOf } from '../read-side/each-of.ts'
import { scheduleAsOf } from '../schedules/past-schedule.ts'
import { taskAsOf } from '../tasks/past-task.ts'
import { webhookAsOf } from '../webhooks/past-webhook.ts'

type Stateful = { readonly state: string } | null
type StateAsOf = (readModels: ReadModels, id: string, asOf: number) => Promise<Stateful>

/** Things that have a state; an agent's is in the events of its link, too. */
const states: Readonly<Record<string, StateAsOf>> = {
  task: taskAsOf,
  agent: agentAsOf,
  'agent-link': agentAsOf,
  queue: queueAsOf,
  schedule: scheduleAsOf,
  app: appAsOf,
  webhook: webhookAsOf,
  'join-token': joinTokenAsOf,
}

export const changesQuery = {
  changes: async (_root, { from, to, kinds, notBefore, ...args }, context, info) => {
    await context.reached(notBefore, ['event-log'])
    if (to < from) throw new ElvesError('BAD_REQUEST', 'to is before from', { facts: { from, to } })
    const asked = { from, to, ...(kinds && { prefixes: kinds.map(prefixOf) }) }
    const { changed } = context.services.readModels.of(eventLogReadModel)
    const page = await context.page(info, pageRequest(args, 50), (request) => changed(asked, request))
    return mapPage(page, (one) => ({ ...one, ...subjectOf(one.stream), from, to }))
  },
} satisfies QueryResolvers

/** Throws BAD_REQUEST for a kind that there is not. */
function prefixOf(kind: string): string {
  const aggregate = aggregates.find(({ name }) => name === kind)
  if (aggregate) return aggregate.streamOf('')
  const known = aggregates.map(({ name }) => name).join(', ')
  throw new ElvesError('BAD_REQUEST', `no kind of thing is called ${kind.slice(0, 64)}; there are ${known}`, { facts: { kind } })
}

function subjectOf(stream: string): { readonly kind: string; readonly id: string } {
  const aggregate = aggregateOfStream(stream)
  return aggregate ? { kind: aggregate.name, id: aggregate.idOf(stream) ?? stream } : { kind: '', id: stream }
}

export const streamChangeResolvers = {
  isNew: ({ firstVersion }) => firstVersion === 0,
  events: ({ firstVersion, lastVersion }) => lastVersion - firstVersion + 1,
  position: ({ lastPosition }) => lastPosition,
  stateBefore: ({ kind, id, from }, _args, context) => stateAsOf(context, kind, id, from),
  stateAfter: ({ kind, id, to }, _args, context) => stateAsOf(context, kind, id, to),
} satisfies StreamChangeResolvers

/** Folds a few things of a request at the same time, however many it asks for: each is a whole stream. */
function stateAsOf(context: RequestContext, kind: string, id: string, instant: number): Promise<string | null> {
  const fold = states[kind]
  if (!fold) return Promise.resolve(null)
  const { readModels } = context.services
  const loader = context.loader<string>(`${kind}-states`, async (keys) => {
    const found = await eachOf(keys, async (key) => {
      const at = key.indexOf(' ')
      return [key, (await fold(readModels, key.slice(at + 1), Number(key.slice(0, at))))?.state] as const
    })
    return new Map(found.flatMap(([key, state]) => (state === undefined ? [] : [[key, state]])))
  })
  return loader.load(`${instant} ${id}`)
}
