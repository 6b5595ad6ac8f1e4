import { aliasOf, labelSourcesOf, labelsOf } from '@elves/core/read-models/agents/agent-view.ts'
import type { AgentResolvers } from '../generated/graphql.ts'
import { pageRequest } from '../graphql/arguments.ts'
import { mapPage } from '../graphql/connections.ts'
import { agentById } from './agent-by-id.ts'

export const agentResolvers = {
  id: ({ view }) => view.id,
  ip: ({ view }) => aliasOf(view),
  name: ({ view }) => view.facts.name,
  state: ({ view }) => view.state,
  version: ({ view }) => view.facts.version,
  platform: ({ view }) => view.facts.platform,
  connectedAt: ({ view }) => view.connectedAt,
  lastSeenAt: async ({ view, lastSeenAt }, _args, context) => {
    return lastSeenAt === undefined ? ((await agentById(context, view.id))?.lastSeenAt ?? null) : lastSeenAt
  },
  apps: ({ view }) => view.facts.apps,
  labels: ({ view }) => labelsOf(view),
  labelSources: ({ view }) => labelSourcesOf(view),
  fingerprint: ({ view }) => view.enrolment.fingerprint,
  enrolledBy: ({ view }) => view.enrolment.enrolledBy,
  position: ({ view }) => view.position,
  tasks: async ({ view, asOf }, args, context, info) => {
    await context.settled(['tasks'])
    const filter = { agents: [view.id], ...(asOf !== undefined && { requestedTo: asOf + 1 }) }
    const page = await context.page(info, pageRequest(args, 50), (request) => context.services.readModels.tasks(filter, request))
    return mapPage(page, (task) => ({ view: task, events: null }))
  },
} satisfies AgentResolvers
