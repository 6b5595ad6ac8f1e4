import type { Actor } from '@elves/schemas/generated/types.ts'
import { type JoinTokenEvent, joinTokenAggregate } from '../../domain/join-token/join-token.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'

export const joinTokenStates = ['USABLE', 'REVOKED'] as const
export type JoinTokenStateName = (typeof joinTokenStates)[number]

/** A join token as people see it, as of `changedAt`. Times are ms since the epoch. */
export interface JoinTokenView {
  readonly id: string
  /** As events say it: whether it has expired or is used up depends on when one looks. */
  readonly state: JoinTokenStateName
  readonly name: string
  readonly expiresAt: number | null
  readonly maxUses: number | null
  readonly labels: Readonly<Record<string, string>>
  readonly approve: boolean
  readonly isOwn: boolean
  readonly uses: number
  readonly lastUsedAt: number | null
  readonly createdBy: Actor
  readonly createdAt: number
  readonly revokeReason: string | null
  /** Of the last event in this view. */
  readonly version: number
  /** Of the last event in this view. */
  readonly changedAt: Position
}

/** The one fold of its events into what people see. An event that is in the view already changes nothing. */
export function evolveJoinTokenView(view: JoinTokenView | null, recorded: RecordedEvent<JoinTokenEvent>): JoinTokenView {
  const { event, stream, version, position, recordedAt } = recorded
  if (view && version <= view.version) return view
  if (event.type === 'JoinTokenCreated') {
    const { secretHash: _hash, idempotencyKey: _key, ...settings } = event.data
    const unused = { uses: 0, lastUsedAt: null, revokeReason: null }
    const id = joinTokenAggregate.idOf(stream) ?? ''
    return { id, state: 'USABLE', ...settings, ...unused, createdAt: recordedAt, version, changedAt: position }
  }
  if (!view) throw new TypeError(`${stream} begins with ${event.type}`)
  return { ...view, ...changes(event, view, recordedAt), version, changedAt: position }
}

function changes(event: Exclude<JoinTokenEvent, { type: 'JoinTokenCreated' }>, { uses }: JoinTokenView, recordedAt: number): Partial<JoinTokenView> {
  switch (event.type) {
    case 'JoinTokenUsed':
      return { uses: uses + 1, lastUsedAt: recordedAt }
    case 'JoinTokenRevoked':
      return { state: 'REVOKED', revokeReason: event.data.reason }
    case 'JoinTokenRefused':
      return {}
  }
}
