import { Segmented } from 'antd'
import { useAddress } from '../../parts/use-address.ts'
import { useText } from '../../words/use-text.ts'

export type View = 'events' | 'past'

/** What of the audit is shown: its events, or everything as it was. */
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
      ]}
      onChange={(next) => change({ view: next === 'events' ? null : next, event: null, position: null })}
    />
  )
}
