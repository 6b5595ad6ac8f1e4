import { allReadModels } from '@elves/core/read-models/registry.ts'
import { graphqlSdl } from '@elves/schemas/graphql/sdl.ts'
import { buildSchema, getNamedType, isObjectType } from 'graphql'
import { expect, test } from 'vitest'

/** Why nobody gets to a query by it who may not see what it gives. */
type Why =
  /** `visibleReadModels` filters it. */
  | 'FILTERED'
  /** Its fields need a permission over the whole platform. */
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
  'agents.groups': 'FILTERED',
  'event-log.list': 'ALL',
  'event-log.ofStream': 'OF_SHOWN',
  'event-log.after': 'ALL',
  'event-log.moment': 'OF_SHOWN',
  'event-log.changed': 'ALL',
  'event-log.deadLetters': 'ALL',
  'event-log.rebuilds': 'ALL',
  'schedules.byId': 'FILTERED',
  'schedules.list': 'FILTERED',
  'schedules.fires': 'OF_SHOWN',
  'schedules.lastEndedTask': 'ALL',
  'queues.byId': 'FILTERED',
  'queues.list': 'FILTERED',
  'queues.taskCounts': 'FILTERED',
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
  'apps.byName': 'FILTERED',
  'apps.list': 'FILTERED',
  'apps.version': 'FILTERED',
  'apps.versions': 'OF_SHOWN',
  'apps.rollout': 'FILTERED',
  'apps.rollouts': 'FILTERED',
  'app-agents.ofApp': 'FILTERED',
  'app-agents.ofAgent': 'LEFT_OUT',
  'app-agents.countsOfRollout': 'OF_SHOWN',
  'inventory.all': 'ALL',
  'users.byId': 'ALL',
  'users.list': 'ALL',
  'task-rates.minutes': 'ALL',
  'task-rates.durations': 'ALL',
  'task-rates.newFailures': 'ALL',
}

test('of each query of the read models it is said why it shows nobody what he may not see', () => {
  const all = allReadModels.flatMap(({ name, queries }) => Object.keys(queries).map((query) => `${name}.${query}`))
  expect(Object.keys(queries).sort()).toEqual(all.sort())
})

/** What somebody who may see some tasks and agents gets by the nested fields from there. */
type Nested = 'FILTERED' | 'LEFT_OUT' | 'OF_SHOWN'

const nested: Readonly<Record<string, Nested>> = {
  'Agent.apps': 'OF_SHOWN',
  'Agent.crons': 'LEFT_OUT',
  'Agent.droppedCronRuns': 'OF_SHOWN',
  'Agent.enrolledBy': 'OF_SHOWN',
  'Agent.history': 'LEFT_OUT',
  'Agent.installedApps': 'LEFT_OUT',
  'Agent.tasks': 'FILTERED',
  'AgentCron.lastTask': 'FILTERED',
  'App.agents': 'FILTERED',
  'App.bindings': 'OF_SHOWN',
  'App.functions': 'OF_SHOWN',
  'App.history': 'OF_SHOWN',
  'App.released': 'FILTERED',
  'App.rollout': 'FILTERED',
  'App.versions': 'OF_SHOWN',
  'AppOnAgent.agent': 'FILTERED',
  'AppOnAgent.error': 'OF_SHOWN',
  'AppOnAgentConnection.edges': 'OF_SHOWN',
  'AppOnAgentConnection.nodes': 'OF_SHOWN',
  'AppOnAgentConnection.pageInfo': 'OF_SHOWN',
  'AppOnAgentEdge.node': 'OF_SHOWN',
  'AppVersion.uploadedBy': 'OF_SHOWN',
  'AppVersionConnection.edges': 'OF_SHOWN',
  'AppVersionConnection.nodes': 'OF_SHOWN',
  'AppVersionConnection.pageInfo': 'OF_SHOWN',
  'AppVersionEdge.node': 'OF_SHOWN',
  'Approval.decidedBy': 'OF_SHOWN',
  'Attempt.agent': 'FILTERED',
  'Attempt.failure': 'OF_SHOWN',
  'Attempt.result': 'OF_SHOWN',
  'Event.actor': 'OF_SHOWN',
  'EventConnection.edges': 'OF_SHOWN',
  'EventConnection.nodes': 'OF_SHOWN',
  'EventConnection.pageInfo': 'OF_SHOWN',
  'EventEdge.node': 'OF_SHOWN',
  'Fire.task': 'FILTERED',
  'FireConnection.edges': 'OF_SHOWN',
  'FireConnection.nodes': 'OF_SHOWN',
  'FireConnection.pageInfo': 'OF_SHOWN',
  'FireEdge.node': 'OF_SHOWN',
  'Queue.counts': 'FILTERED',
  'Queue.createdBy': 'OF_SHOWN',
  'Queue.history': 'LEFT_OUT',
  'Queue.tasks': 'FILTERED',
  'Rollout.counts': 'OF_SHOWN',
  'Rollout.history': 'OF_SHOWN',
  'Rollout.startedBy': 'OF_SHOWN',
  'Schedule.agent': 'FILTERED',
  'Schedule.createdBy': 'OF_SHOWN',
  'Schedule.fires': 'OF_SHOWN',
  'Schedule.history': 'LEFT_OUT',
  'Schedule.lastFire': 'OF_SHOWN',
  'Schedule.retry': 'OF_SHOWN',
  'Task.agent': 'FILTERED',
  'Task.approval': 'OF_SHOWN',
  'Task.attempts': 'OF_SHOWN',
  'Task.failure': 'OF_SHOWN',
  'Task.guards': 'OF_SHOWN',
  'Task.history': 'OF_SHOWN',
  'Task.parents': 'FILTERED',
  'Task.processing': 'OF_SHOWN',
  'Task.queue': 'FILTERED',
  'Task.requestedBy': 'OF_SHOWN',
  'Task.result': 'OF_SHOWN',
  'Task.retry': 'OF_SHOWN',
  'Task.schedule': 'FILTERED',
  'Task.wait': 'OF_SHOWN',
  'TaskConnection.edges': 'OF_SHOWN',
  'TaskConnection.nodes': 'OF_SHOWN',
  'TaskConnection.pageInfo': 'OF_SHOWN',
  'TaskEdge.node': 'OF_SHOWN',
}

test('of each object that a task, an agent, a queue, a schedule, an app or a rollout leads to it is said whether it is filtered', () => {
  const schema = buildSchema(graphqlSdl())
  const [found, types] = [[] as string[], ['Task', 'Agent', 'Queue', 'Schedule', 'App', 'Rollout']]
  for (const name of types) {
    const type = schema.getType(name)
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      const to = getNamedType(field.type)
      const path = `${name}.${field.name}`
      if (!isObjectType(to)) continue
      found.push(path)
      if (!types.includes(to.name)) types.push(to.name)
    }
  }
  expect(Object.keys(nested).sort()).toEqual(found.sort())
})
