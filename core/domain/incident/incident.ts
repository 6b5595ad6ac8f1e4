import { createHash } from 'node:crypto'
import { aggregate, type EventOf } from '../aggregate.ts'
import type { Decision } from '../decision.ts'

/** Events of stream `incident-<kind>-<subject>`. */
export type IncidentEvent = EventOf<'incident'>

/** What the watcher can see. */
export type IncidentKind =
  | 'INSTANCE_GONE'
  | 'PROJECTOR_STOPPED'
  | 'PROJECTOR_BEHIND'
  | 'RELAY_STOPPED'
  | 'DISK_FULL'
  | 'CERTIFICATE_ENDS'
  | 'DEAD_LETTERS'

export interface TellIncident {
  readonly type: 'OpenIncident' | 'EndIncident'
  readonly kind: IncidentKind
  readonly subject: string
  readonly message: string
}

export interface IncidentState {
  readonly isOpen: boolean
}

function decide({ type, kind, subject, message }: TellIncident, { isOpen }: IncidentState): Decision<IncidentEvent> {
  if (type === 'OpenIncident') return isOpen ? [] : [{ type: 'IncidentOpened', data: { kind, subject, message } }]
  return isOpen ? [{ type: 'IncidentEnded', data: { kind, subject, message } }] : []
}

/** Something that somebody should look at, from when it was seen until it was seen no longer. */
export const incidentAggregate = aggregate({
  name: 'incident',
  prefix: 'incident-',
  decider: { initialState: { isOpen: false }, decide, evolve: (_state, event: IncidentEvent) => ({ isOpen: event.type === 'IncidentOpened' }) },
})

const longestSubject = 80

/** A long subject, such as a path, stands there by its hash. */
export function incidentStream({ kind, subject }: Pick<TellIncident, 'kind' | 'subject'>): string {
  const isPlain = subject.length <= longestSubject && /^[\w.:-]+$/.test(subject)
  const named = isPlain ? subject : createHash('sha256').update(subject).digest('hex').slice(0, 32)
  return incidentAggregate.streamOf(`${kind}-${named}`)
}
