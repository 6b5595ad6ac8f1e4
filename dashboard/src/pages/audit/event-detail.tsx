import { Button, Descriptions } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { EventRowFragment } from '../../../generated/operations.ts'
import { Json } from '../../parts/json.tsx'
import { When } from '../../parts/when.tsx'
import { actorText } from '../../words/actor-text.ts'
import { useText } from '../../words/use-text.ts'
import { Proof } from './proof.tsx'

/** One event, and on request the proof that the signed log has it: checked here, in the browser. */
export function EventDetail({ id, event }: { readonly id: string; readonly event: EventRowFragment | null }) {
  const text = useText()
  const [isProved, setProved] = useState(false)
  const items = event
    ? [
        { key: 'type', label: text('audit.type'), children: event.type },
        { key: 'at', label: text('audit.when'), children: <When at={event.recordedAt} isFull /> },
        { key: 'stream', label: text('audit.stream'), children: `${event.stream} @ ${event.version}` },
        {
          key: 'actor',
          label: text('audit.actor'),
          children: actorText(text, event.actor),
        },
        {
          key: 'correlation',
          label: text('task.correlation'),
          children: <Link to={`/audit?correlation=${event.correlationId}`}>{event.correlationId}</Link>,
        },
        { key: 'id', label: text('task.id'), children: <span className="mono">{event.id}</span> },
        { key: 'position', label: text('audit.position'), children: <span className="mono">{event.position}</span> },
      ]
    : []
  return (
    <div className="stack" data-event={id}>
      {event ? <Descriptions size="small" bordered column={1} items={items} /> : <span className="muted">{text('audit.notInList')}</span>}
      {event && <Json value={event.data} label={event.type} />}
      {event && (isProved ? <Proof event={event} /> : <Button onClick={() => setProved(true)}>{text('audit.prove')}</Button>)}
    </div>
  )
}
