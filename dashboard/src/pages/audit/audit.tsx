import { useAddress } from '../../parts/use-address.ts'
import { AuditReport } from './audit-report.tsx'
import { EventExplorer } from './event-explorer.tsx'
import { TimeTravel } from './time-travel.tsx'

export function Audit() {
  const view = useAddress().search.get('view')
  if (view === 'past') return <TimeTravel />
  return view === 'report' ? <AuditReport /> : <EventExplorer />
}
