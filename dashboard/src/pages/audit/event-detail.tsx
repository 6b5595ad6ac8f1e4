import { Button, Descriptions } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { EventProofDocument, type EventRowFragment } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { Json } from '../../parts/json.tsx'
import { When } from '../../parts/when.tsx'
import { actorText } from '../../words/actor-text.ts'
import { useText } from '../../words/use-text.ts'
import { checkInclusion } from './check-inclusion.ts'

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
      {isProved ? <Proof id={id} /> : <Button onClick={() => setProved(true)}>{text('audit.prove')}</Button>}
    </div>
  )
}

function Proof({ id }: { readonly id: string }) {
  const text = useText()
  // A new event is proved by the next signed head, some seconds later.
  const { data, error } = useAsk('proof', EventProofDocument, { event: id }, { everyMs: 3_000, everyMsOn: ['EVENT_NOT_COVERED', 'LOG_TREE_MISSING'] })
  const proof = data?.proof
  const checked = useChecked(proof)
  if (error) return <Fault error={error} />
  if (!proof) return null
  return (
    <div className="stack" data-proof={checked === null ? 'checking' : String(checked)}>
      <span className={`state ${checked === false ? 'bad' : 'good'}`}>
        <span>
          {checked === null
            ? text('list.loading')
            : text(checked ? 'audit.proved' : 'audit.notProved', { size: proof.size, at: proof.signedHead.signedAt })}
        </span>
      </span>
      <Json value={proof} label={text('audit.prove')} />
    </div>
  )
}

function useChecked(proof: Parameters<typeof checkInclusion>[0] | undefined): boolean | null {
  const [checked, setChecked] = useState<{ readonly of: unknown; readonly is: boolean } | null>(null)
  if (proof !== undefined && checked?.of !== proof) {
    void checkInclusion(proof).then((is) => setChecked({ of: proof, is }))
  }
  return checked !== null && checked.of === proof ? checked.is : null
}
