import { Collapse } from 'antd'
import type { EventRowFragment } from '../../generated/operations.ts'
import { actorText } from '../words/actor-text.ts'
import { useText } from '../words/use-text.ts'
import { AuditLink } from './audit-link.tsx'
import { Json } from './json.tsx'
import { durationText, When } from './when.tsx'

/** Events in the order in which they happened, each with the time since the one before, who caused it, and its data. */
export function EventTimeline({ events }: { readonly events: readonly EventRowFragment[] }) {
  const text = useText()
  return (
    <Collapse
      size="small"
      items={events.map((event, index) => {
        const before = events[index - 1]
        return {
          key: event.id,
          label: (
            <span>
              <b>{event.type}</b> <When at={event.recordedAt} isFull />{' '}
              <span className="muted">
                {before && `+${durationText(Date.parse(event.recordedAt) - Date.parse(before.recordedAt))} · `}
                {actorText(text, event.actor)}
              </span>
            </span>
          ),
          children: (
            <div className="stack">
              <div className="muted">
                <AuditLink query={`event=${event.id}`} others={null}>
                  {text('audit.event')}
                </AuditLink>{' '}
                <AuditLink query={`correlation=${event.correlationId}`} others={null}>
                  {text('audit.correlation')}
                </AuditLink>{' '}
                {`${event.stream} @ ${event.version}`}
              </div>
              <Json value={event.data} label={event.type} />
            </div>
          ),
        }
      })}
    />
  )
}
