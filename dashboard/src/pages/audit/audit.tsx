import { useAddress } from '../../parts/use-address.ts'
import { EventExplorer } from './event-explorer.tsx'
import { TimeTravel } from './time-travel.tsx'

export function Audit() {
  return useAddress().search.get('view') === 'past' ? <TimeTravel /> : <EventExplorer />
}
