import { agentStream } from '@elves/core/domain/agent/agent.ts'
import { agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { labelSourcesOf, labelsOf } from '@elves/core/read-models/agents/agent-labels.ts'
import { aliasOf, selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'
import { maySeeApp } from '@elves/core/read-models/visible.ts'
import type { AgentResolvers } from '../generated/graphql.ts'
import { pageRequest } from '../graphql/arguments.ts'
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
  history: async ({ view }, args, context, info) => {
    const { readPosition, readModels } = context.services
    // Each projector has its own checkpoint, so this waits until the event log has the last event that is shown.
    await readPosition.reached(view.position, ['event-log'])
    const streams = [agentStream(view.id), agentLinkStream(view.id)]
    const page = await context.page(info, pageRequest(args, 100), (bounded) => readModels.events({ streams }, 'OLDEST_FIRST', bounded))
    const { visible } = context
    const isSeen = ({ event }: RecordedEvent) =>
      event.type !== 'AgentCronsChanged' || event.data.crons.every(({ app }) => maySeeApp(visible, app, selectableOf(view)))
    const { edges, ...rest } = pageUpTo(view.position, page)
    return { ...rest, edges: edges.filter(({ node }) => isSeen(node)) }
  },
} satisfies AgentResolvers

/** Cuts a page at the position up to which the agent was folded. */
function pageUpTo(position: Position, page: Page<RecordedEvent>): Page<RecordedEvent> {
  const edges = page.edges.filter(({ node }) => node.position <= position)
  return edges.length === page.edges.length ? page : { ...page, edges, endCursor: edges.at(-1)?.cursor ?? null, hasNextPage: false }
}
