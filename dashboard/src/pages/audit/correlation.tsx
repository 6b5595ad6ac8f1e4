import { Card } from 'antd'
import { CorrelationTreeDocument } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { Loading } from '../../parts/loading.tsx'
import { durationText } from '../../parts/when.tsx'
import { actorText } from '../../words/actor-text.ts'
import { useText } from '../../words/use-text.ts'

/** All that one request caused, as a tree: each event under the one that caused it, with the time since. */
export function Correlation({ id }: { readonly id: string }) {
  const text = useText()
  const { data, error } = useAsk('correlation', CorrelationTreeDocument, { id })
  if (error) return <Fault error={error} />
  if (!data) return <Loading />
  const { correlation } = data
  if (!correlation) return <span className="muted">{text('audit.noCorrelation')}</span>
  return (
    <Card size="small" title={text('audit.tree', { count: correlation.events.length })} style={{ marginBottom: 14 }}>
      <ul className="plain tree" data-tree={correlation.events.length}>
        {correlation.events.map(({ event, depth, afterMs, sinceStartMs }) => (
          <li key={event.id} style={{ paddingInlineStart: depth * 22 }}>
            <b>{event.type}</b>
            <span className="muted">{actorText(text, event.actor)}</span>
            <span className="end muted">{`+${durationText(afterMs)} · ${durationText(sinceStartMs)}`}</span>
          </li>
        ))}
      </ul>
      {correlation.hasMore && <span className="muted">{text('audit.treeCut')}</span>}
    </Card>
  )
}
