import { allReadModels } from '@elves/core/read-models/registry.ts'
import { graphqlSdl } from '@elves/schemas/graphql/sdl.ts'
import { buildSchema, getNamedType, isObjectType } from 'graphql'
import { expect, test } from 'vitest'
import type { RequestContext } from '../graphql/context.ts'
import { taskQueueResolvers } from '../queues/resolvers.ts'
import { taskScheduleResolvers } from '../schedules/resolvers.ts'

/** Why nobody gets to a query by it who may not see what it gives. */
type Why =
  /** `visibleReadModels` filters it. */
  | 'FILTERED'
  /** Its fields need a permission over the whole platform, and nested fields that lead there are HIDDEN. */
  | 'ALL'
  /** It is asked for a thing that is shown already, and gives no more than that thing. */
  | 'OF_SHOWN'
  /** Its resolver leaves out what may not be seen. */
  | 'LEFT_OUT'

const queries: Readonly<Record<string, Why>> = {
  'tasks.byId': 'FILTERED',
  'tasks.list': 'FILTERED',
  'agents.byIdOrIp': 'FILTERED',
  'agents.manyById': 'FILTERED',
  'agents.list': 'FILTERED',
  // By the grants to run.
  'agents.select': 'FILTERED',
  'agents.bound': 'FILTERED',
  'event-log.list': 'ALL',
  'event-log.ofStream': 'OF_SHOWN',
  'event-log.after': 'ALL',
  'event-log.moment': 'OF_SHOWN',
  'event-log.changed': 'ALL',
  'event-log.deadLetters': 'ALL',
  'event-log.rebuilds': 'ALL',
  'schedules.byId': 'ALL',
  'schedules.list': 'ALL',
  'schedules.fires': 'ALL',
  'schedules.lastEndedTask': 'ALL',
  'queues.byId': 'ALL',
  'queues.list': 'ALL',
  'queues.taskCounts': 'ALL',
  'processors.byId': 'ALL',
  'processors.lag': 'ALL',
  'processors.start': 'ALL',
  'agentCrons.lastRuns': 'OF_SHOWN',
  'webhooks.byId': 'ALL',
  'webhooks.list': 'ALL',
  'webhooks.deliveries': 'ALL',
  'webhooks.delivery': 'ALL',
  'webhooks.progress': 'ALL',
  'join-tokens.byId': 'ALL',
  'join-tokens.list': 'ALL',
  'apps.byName': 'ALL',
  'apps.list': 'ALL',
  'apps.version': 'ALL',
  'apps.versions': 'ALL',
  'apps.rollout': 'ALL',
  'apps.rollouts': 'ALL',
  'app-agents.ofApp': 'ALL',
  'app-agents.ofAgent': 'LEFT_OUT',
  'app-agents.countsOfRollout': 'ALL',
  'inventory.all': 'ALL',
  'users.byId': 'ALL',
  'users.list': 'ALL',
}

test('of each query of the read models it is said why it shows nobody what he may not see', () => {
  const all = allReadModels.flatMap(({ name, queries }) => Object.keys(queries).map((query) => `${name}.${query}`))
  expect(Object.keys(queries).sort()).toEqual(all.sort())
})

/** What somebody who may see some tasks and agents gets by the nested fields from there. */
type Nested = 'FILTERED' | 'LEFT_OUT' | 'OF_SHOWN' | 'HIDDEN'

const nested: Readonly<Record<string, Nested>> = {
  'Agent.apps': 'OF_SHOWN',
  'Agent.crons': 'LEFT_OUT',
  'Agent.droppedCronRuns': 'OF_SHOWN',
  'Agent.enrolledBy': 'OF_SHOWN',
  'Agent.history': 'LEFT_OUT',
  'Agent.installedApps': 'LEFT_OUT',
  'Agent.tasks': 'FILTERED',
  'AgentCron.lastTask': 'FILTERED',
  'AppOnAgent.agent': 'FILTERED',
  'AppOnAgent.error': 'OF_SHOWN',
  'Attempt.agent': 'FILTERED',
  'Attempt.failure': 'OF_SHOWN',
  'Attempt.result': 'OF_SHOWN',
  'Event.actor': 'OF_SHOWN',
  'EventConnection.edges': 'OF_SHOWN',
  'EventConnection.nodes': 'OF_SHOWN',
  'EventConnection.pageInfo': 'OF_SHOWN',
  'EventEdge.node': 'OF_SHOWN',
  'Task.agent': 'FILTERED',
  'Task.attempts': 'OF_SHOWN',
  'Task.failure': 'OF_SHOWN',
  'Task.history': 'OF_SHOWN',
  'Task.parents': 'FILTERED',
  'Task.processing': 'OF_SHOWN',
  'Task.queue': 'HIDDEN',
  'Task.requestedBy': 'OF_SHOWN',
  'Task.result': 'OF_SHOWN',
  'Task.retry': 'OF_SHOWN',
  'Task.schedule': 'HIDDEN',
  'Task.wait': 'OF_SHOWN',
  'TaskConnection.edges': 'OF_SHOWN',
  'TaskConnection.nodes': 'OF_SHOWN',
  'TaskConnection.pageInfo': 'OF_SHOWN',
  'TaskEdge.node': 'OF_SHOWN',
}

test('of each object that a task or an agent leads to it is said whether it is filtered', () => {
  const schema = buildSchema(graphqlSdl())
  const [found, types] = [[] as string[], ['Task', 'Agent']]
  for (const name of types) {
    const type = schema.getType(name)
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      const to = getNamedType(field.type)
      const path = `${name}.${field.name}`
      if (!isObjectType(to)) continue
      found.push(path)
      if (nested[path] !== 'HIDDEN' && !types.includes(to.name)) types.push(to.name)
    }
  }
  expect(Object.keys(nested).sort()).toEqual(found.sort())
})

test('what is hidden is null for who sees only some, and is read for who sees everything', async () => {
  const task = { view: { queueId: 'q', scheduleId: 's' } } as Parameters<typeof taskQueueResolvers.queue>[0]
  const reading = new Error('it is read')
  const seeing = (visible: RequestContext['visible']) => ({ visible, settled: () => Promise.reject(reading) }) as unknown as RequestContext
  for (const hidden of [taskQueueResolvers.queue, taskScheduleResolvers.schedule]) {
    expect(await hidden(task, {}, seeing([]))).toBeNull()
    await expect(hidden(task, {}, seeing(null))).rejects.toBe(reading)
  }
})
