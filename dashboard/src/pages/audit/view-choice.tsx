import { Segmented } from 'antd'
import { useAddress } from '../../parts/use-address.ts'
import { useText } from '../../words/use-text.ts'

export type View = 'events' | 'past' | 'report'

/** What of the audit is shown: its events, everything as it was, or a report of a period. */
export function ViewChoice({ view }: { readonly view: View }) {
  const text = useText()
  const { change } = useAddress()
  return (
    <Segmented<View>
      aria-label={text('audit.view')}
      value={view}
      options={[
        { value: 'events', label: text('audit.events') },
        { value: 'past', label: text('past.title') },
        { value: 'report', label: text('report.view') },
      ]}
      onChange={(next) => change({ view: next === 'events' ? null : next, event: null, position: null })}
    />
  )
}
