import type pg from 'pg'
import { joinTokenAggregate } from '../../domain/join-token/join-token.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { formatPosition, parsePosition } from '../../eventing/position.ts'
import { type FoldedRow, foldRows } from '../folded-rows.ts'
import { column } from '../tables/columns.ts'
import { evolveJoinTokenView, type JoinTokenStateName, type JoinTokenView } from './join-token-view.ts'

/** A row of `join_tokens` as pg reads it. */
export interface JoinTokenRow {
  readonly id: string
  readonly made_sequence: string
  readonly sequence: string
  readonly state: JoinTokenStateName
  readonly details: string
}

export const joinTokenColumns = 'id, made_sequence, sequence, state, details'

export function joinTokenViewOfRow({ id, state, details, sequence }: JoinTokenRow, logId: string): JoinTokenView {
  return { ...(JSON.parse(details) as JoinTokenView), id, state, changedAt: formatPosition(logId, Number(sequence)) }
}

export async function projectJoinTokens(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const own = events.filter((event) => joinTokenAggregate.isEvent(event))
  await foldRows(client, schema, own, {
    name: 'join_tokens',
    columns: joinTokenColumns,
    viewOf: joinTokenViewOfRow,
    firstSequenceOf: (row: JoinTokenRow) => row.made_sequence,
    idsOf: ({ stream }) => [joinTokenAggregate.idOf(stream) ?? ''],
    evolve: (view: JoinTokenView | null, _id, recorded) => evolveJoinTokenView(view, recorded),
    write,
  })
}

function write(client: pg.ClientBase, schema: string, rows: readonly FoldedRow<JoinTokenView>[]): Promise<unknown> {
  const text = `insert into ${schema}.join_tokens (id, made_sequence, sequence, state, details)
    select * from unnest($1::text[], $2::int8[], $3::int8[], $4::text[], $5::text[])
    on conflict (id) do update set sequence = excluded.sequence, state = excluded.state, details = excluded.details`
  return client.query(text, [
    column('text', rows, ({ view }) => view.id),
    column('int8', rows, ({ firstSequence }) => firstSequence),
    column('int8', rows, ({ view }) => parsePosition(view.changedAt).sequence),
    column('text', rows, ({ view }) => view.state),
    column('text', rows, ({ view: { id: _id, state: _state, changedAt: _changedAt, ...details } }) => JSON.stringify(details)),
  ])
}
