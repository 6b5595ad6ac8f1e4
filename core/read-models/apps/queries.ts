import type pg from 'pg'
import { isStorable } from '../../foundation/text.ts'
import { type DetailRow, detailColumns } from '../detail-rows.ts'
import { placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { checkPage, type ListedRow, type Page, type PageRequest, readable } from '../paging/page.ts'
import { type ListConditions, listConditions, type PastMoment, readListed } from '../paging/past.ts'
import { addVisibleApps, type Visible } from '../visible.ts'
import { type AppVersionView, appVersionId } from './app-version-view.ts'
import type { AppStateName, AppView } from './app-view.ts'
import { type DetailView, viewOfRow } from './projector.ts'
import type { RolloutStateName, RolloutView } from './rollout-view.ts'

/** Which apps; an absent field is any. */
export interface AppsFilter {
  readonly names?: readonly string[]
  readonly states?: readonly AppStateName[]
  /** Only what somebody may see; absent: all. */
  readonly visible?: Visible
}

/** Which rollouts; an absent field is any. */
export interface RolloutsFilter {
  readonly ids?: readonly string[]
  readonly apps?: readonly string[]
  readonly states?: readonly RolloutStateName[]
  /** Only what somebody may see; absent: all. */
  readonly visible?: Visible
}

type Row = DetailRow<string> & WithLogId
type Table = 'apps' | 'app_versions' | 'rollouts'
const lists = { apps: 'apps', app_versions: 'app-versions', rollouts: 'rollouts' } as const

export const readApp = (pool: pg.Pool, schema: string, name: string) => readOne<AppView>(pool, schema, 'apps', name)
export const readRollout = (pool: pg.Pool, schema: string, id: string) => readOne<RolloutView>(pool, schema, 'rollouts', id)
export function readAppVersion(pool: pg.Pool, schema: string, app: string, version: string): Promise<AppVersionView | null> {
  return readOne<AppVersionView>(pool, schema, 'app_versions', appVersionId(app, version))
}

type MaybePast = PastMoment | null

/** Newest first, as the other lists. With a moment, lists have what {@link readListed} returns of it. */
export function readApps(pool: pg.Pool, schema: string, { names, states, visible }: AppsFilter, page: PageRequest, past: MaybePast = null) {
  const asked = listConditions()
  asked.fixed.anyOf('id', names)
  if (visible) addVisibleApps(asked.fixed, 'id', visible)
  asked.changing.anyOf('state', states)
  return readPage<AppView>(pool, schema, 'apps', { asked, page, past })
}

export function readAppVersions(pool: pg.Pool, schema: string, app: string, page: PageRequest, past: MaybePast = null) {
  const asked = listConditions()
  asked.fixed.add(`split_part(id, '/', 1) = ${asked.fixed.value(app)}::text`)
  return readPage<AppVersionView>(pool, schema, 'app_versions', { asked, page, past })
}

export function readRollouts(
  pool: pg.Pool,
  schema: string,
  { ids, apps, states, visible }: RolloutsFilter,
  page: PageRequest,
  past: MaybePast = null,
) {
  const asked = listConditions()
  asked.fixed.anyOf('id', ids)
  asked.fixed.anyOf(`split_part(id, ':', 1)`, apps)
  if (visible) addVisibleApps(asked.fixed, `split_part(id, ':', 1)`, visible)
  asked.changing.anyOf('state', states)
  return readPage<RolloutView>(pool, schema, 'rollouts', { asked, page, past })
}

async function readOne<View extends DetailView>(pool: pg.Pool, schema: string, table: Table, id: string): Promise<View | null> {
  if (!isStorable(id)) return null
  const { rows } = await pool.query<Row>(`select ${detailColumns}, ${logIdColumn(schema)} from ${schema}.${table} where id = $1`, [id])
  const [row] = rows
  return row ? readable(lists[table], id, () => viewOfRow<View>(row, row.log_id)) : null
}

interface Asked {
  readonly asked: ListConditions
  readonly page: PageRequest
  readonly past: MaybePast
}

async function readPage<View extends DetailView>(pool: pg.Pool, schema: string, table: Table, { asked, page, past }: Asked): Promise<Page<View>> {
  checkPage(page)
  const list = lists[table]
  if (page.after !== null) asked.fixed.add(`made_sequence < ${asked.fixed.value(placeOf(list, page.after))}::int8`)
  const columns = `${detailColumns}, ${logIdColumn(schema)}`
  const source = { columns, table: `${schema}.${table}`, large: ['details'], place: 'made_sequence', direction: 'desc' } as const
  return readListed<Row & ListedRow, View>(pool, source, asked, page, past, {
    list,
    place: (row) => Number(row.made_sequence),
    read: (row) => ({ node: viewOfRow<View>(row, row.log_id) }),
  })
}
