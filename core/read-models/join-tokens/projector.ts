import type pg from 'pg'
import { joinTokenAggregate } from '../../domain/join-token/join-token.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { formatPosition } from '../../eventing/position.ts'
import { type DetailRow, detailTable } from '../detail-rows.ts'
import { foldRows } from '../folded-rows.ts'
import { evolveJoinTokenView, type JoinTokenStateName, type JoinTokenView } from './join-token-view.ts'

/** A row of `join_tokens` as pg reads it. */
export type JoinTokenRow = DetailRow<JoinTokenStateName>

const table = detailTable('join_tokens', ({ id: _id, state: _state, changedAt: _changedAt, ...details }: JoinTokenView) => JSON.stringify(details))

export function joinTokenViewOfRow({ id, state, details, sequence }: JoinTokenRow, logId: string): JoinTokenView {
  return { ...(JSON.parse(details) as JoinTokenView), id, state, changedAt: formatPosition(logId, Number(sequence)) }
}

export async function projectJoinTokens(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const own = events.filter((event) => joinTokenAggregate.isEvent(event))
  await foldRows(client, schema, own, {
    ...table,
    viewOf: joinTokenViewOfRow,
    idsOf: ({ stream }) => [joinTokenAggregate.idOf(stream) ?? ''],
    evolve: (view: JoinTokenView | null, _id, recorded) => evolveJoinTokenView(view, recorded),
  })
}
