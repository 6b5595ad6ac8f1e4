import type { DomainEvent } from '../../domain/events.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'

/** Something that somebody should look at, as it begins or ends. */
export interface IncidentView {
  readonly kind: string
  readonly subject: string
  readonly isOver: boolean
  readonly message: string
  readonly recorded: RecordedEvent
}

/** Types of the events that the incident line is made of. What the log says anyway needs no second event of the watcher. */
export const incidentTypes = [
  'IncidentOpened',
  'IncidentEnded',
  'AgentLost',
  'AgentRecovered',
  'WebhookFailing',
  'WebhookRecovered',
  'ReadModelsRebuildFailed',
] as const satisfies readonly DomainEvent['type'][]

/** Returns the entry of an event in the incident line; null: it is none. */
export function incidentOf(recorded: RecordedEvent): IncidentView | null {
  const { event, stream } = recorded
  switch (event.type) {
    case 'IncidentOpened':
    case 'IncidentEnded':
      return { ...event.data, isOver: event.type === 'IncidentEnded', recorded }
    case 'AgentLost': {
      const { agentId, lastSeenAt } = event.data
      const message = `the agent was last heard of at ${new Date(lastSeenAt).toISOString()}, and said no goodbye`
      return { kind: 'AGENT_LOST', subject: agentId, isOver: false, message, recorded }
    }
    case 'AgentRecovered':
      return { kind: 'AGENT_LOST', subject: event.data.agentId, isOver: true, message: 'the agent is back', recorded }
    case 'WebhookFailing':
      return { kind: 'WEBHOOK_FAILING', subject: stream.replace(/^webhook-/, ''), isOver: false, message: event.data.error, recorded }
    case 'WebhookRecovered':
      return { kind: 'WEBHOOK_FAILING', subject: stream.replace(/^webhook-/, ''), isOver: true, message: 'deliveries arrive again', recorded }
    case 'ReadModelsRebuildFailed':
      return { kind: 'REBUILD_FAILED', subject: stream.replace(/^rebuild-/, ''), isOver: false, message: event.data.message, recorded }
    default:
      return null
  }
}
