import { ElvesError } from '@elves/core/foundation/errors.ts'
import { agentCronsReadModel, type LastCronRun } from '@elves/core/read-models/agent-crons/index.ts'
import { selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import { maySeeApp } from '@elves/core/read-models/visible.ts'
import type { AgentCronResolvers, AgentResolvers, TaskResolvers } from '../generated/graphql.ts'
import type { RequestContext } from '../graphql/context.ts'
import { tasksById } from '../tasks/tasks-by-id.ts'
import { nextCronFires } from './next-fires.ts'
import type { AgentCronParent } from './parents.ts'

const mostInstants = 20

export const agentCronsOfAgent = {
  crons: ({ view }, _args, { visible }) => {
    const { id: agentId, crons } = view
    const seen = crons?.crons.filter(({ app }) => maySeeApp(visible, app, selectableOf(view))) ?? []
    return seen.map((cron) => ({ ...cron, agentId, timeZone: crons?.timeZone ?? '' }))
  },
  cronFileError: ({ view }) => view.crons?.fileError ?? null,
  droppedCronRuns: ({ view }) => view.droppedCronRuns,
} satisfies AgentResolvers

export const cronOfTask = { cronId: ({ view }) => view.cronId } satisfies TaskResolvers

export const agentCronResolvers = {
  mode: ({ processor }) => (processor ? 'P' : 'NP'),
  lastRunAt: async (cron, _args, context) => (await lastRunOf(context, cron))?.fireAt ?? null,
  lastTask: async (cron, _args, context) => {
    const last = await lastRunOf(context, cron)
    if (!last) return null
    await context.settled(['tasks'])
    return (await tasksById(context, [last.taskId]))[0] ?? null
  },
  nextFires: ({ rule, timeZone, isEnabled, error }, { count }) => {
    const most = count ?? 5
    if (most < 1 || most > mostInstants) throw new ElvesError('PAGE_TOO_LARGE', `count must be 1 to ${mostInstants}`, { facts: { count: most } })
    return isEnabled && error === null ? nextCronFires(rule, timeZone, Date.now(), most) : []
  },
} satisfies AgentCronResolvers

async function lastRunOf(context: RequestContext, { agentId, id }: AgentCronParent): Promise<LastCronRun | undefined> {
  await context.settled(['agentCrons'])
  const { lastRuns } = context.services.readModels.of(agentCronsReadModel)
  const runs = await context.loader<ReadonlyMap<string, LastCronRun>>('agentCrons', (agentIds) => lastRuns(agentIds)).load(agentId)
  return runs?.get(id)
}
