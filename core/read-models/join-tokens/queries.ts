import type pg from 'pg'
import { isStorable } from '../../foundation/text.ts'
import { detailColumns } from '../detail-rows.ts'
import { placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { checkPage, type ListedRow, type Page, type PageRequest, readable } from '../paging/page.ts'
import { listConditions, type PastMoment, readListed } from '../paging/past.ts'
import type { JoinTokenStateName, JoinTokenView } from './join-token-view.ts'
import { type JoinTokenRow, joinTokenViewOfRow } from './projector.ts'

/** Which join tokens; an absent field is any. */
export interface JoinTokensFilter {
  readonly ids?: readonly string[]
  readonly states?: readonly JoinTokenStateName[]
}

type Row = JoinTokenRow & WithLogId

export async function readJoinToken(pool: pg.Pool, schema: string, id: string): Promise<JoinTokenView | null> {
  if (!isStorable(id)) return null
  const { rows } = await pool.query<Row>(`select ${detailColumns}, ${logIdColumn(schema)} from ${schema}.join_tokens where id = $1`, [id])
  const [row] = rows
  return row ? readable('join-tokens', id, () => joinTokenViewOfRow(row, row.log_id)) : null
}

/** Newest first; with a moment, those that {@link readListed} returns of it. */
export async function readJoinTokens(
  pool: pg.Pool,
  schema: string,
  filter: JoinTokensFilter,
  page: PageRequest,
  past: PastMoment | null = null,
): Promise<Page<JoinTokenView>> {
  checkPage(page)
  const asked = listConditions()
  const { fixed, changing } = asked
  fixed.anyOf('id', filter.ids)
  changing.anyOf('state', filter.states)
  if (page.after !== null) fixed.add(`made_sequence < ${fixed.value(placeOf('join-tokens', page.after))}::int8`)
  const columns = `${detailColumns}, ${logIdColumn(schema)}`
  const source = { columns, table: `${schema}.join_tokens`, large: ['details'], place: 'made_sequence', direction: 'desc' } as const
  return readListed<Row & ListedRow, JoinTokenView>(pool, source, asked, page, past, {
    list: 'join-tokens',
    place: (row) => Number(row.made_sequence),
    read: (row) => ({ node: joinTokenViewOfRow(row, row.log_id) }),
  })
}
