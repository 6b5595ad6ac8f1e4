import type pg from 'pg'
import { userIdOf } from '../../domain/user/user.ts'
import { isStorable } from '../../foundation/text.ts'
import { detailColumns } from '../detail-rows.ts'
import { Conditions } from '../paging/conditions.ts'
import { placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { checkPage, type ListedRow, type Page, type PageRequest, pageOf, pageQuery, readable } from '../paging/page.ts'
import { type UserRow, userViewOfRow } from './projector.ts'
import type { UserStateName, UserView } from './user-view.ts'

/** Which users; an absent field is any. */
export interface UsersFilter {
  readonly ids?: readonly string[]
  /** Upper and lower case are the same. */
  readonly names?: readonly string[]
  readonly states?: readonly Exclude<UserStateName, 'NONE'>[]
  /** With at least one of these roles. */
  readonly roles?: readonly string[]
}

type Row = UserRow & WithLogId

export async function readUser(pool: pg.Pool, schema: string, id: string): Promise<UserView | null> {
  if (!isStorable(id)) return null
  const text = `select ${detailColumns}, ${logIdColumn(schema)} from ${schema}.users where id = $1 and state <> 'NONE'`
  const { rows } = await pool.query<Row>(text, [id])
  const [row] = rows
  return row ? readable('users', id, () => userViewOfRow(row, row.log_id)) : null
}

/** Newest first. */
export async function readUsers(pool: pg.Pool, schema: string, filter: UsersFilter, page: PageRequest): Promise<Page<UserView>> {
  checkPage(page)
  const conditions = new Conditions()
  conditions.anyOf('id', filter.ids)
  conditions.anyOf('id', filter.names?.map(userIdOf))
  conditions.anyOf('state', filter.states)
  conditions.add(`state <> 'NONE'`)
  const roles = filter.roles?.filter(isStorable)
  if (roles) conditions.add(`(details::jsonb -> 'roles') ?| ${conditions.value(roles)}::text[]`)
  if (page.after !== null) conditions.add(`made_sequence < ${conditions.value(placeOf('users', page.after))}::int8`)
  const columns = `${detailColumns}, ${logIdColumn(schema)}`
  const source = { columns, table: `${schema}.users`, large: ['details'], place: 'made_sequence', direction: 'desc' } as const
  const { rows } = await pool.query<Row & ListedRow>(pageQuery(source, conditions, page), conditions.values)
  return pageOf(rows, page, {
    list: 'users',
    place: (row) => Number(row.made_sequence),
    read: (row) => ({ node: userViewOfRow(row, row.log_id) }),
  })
}
