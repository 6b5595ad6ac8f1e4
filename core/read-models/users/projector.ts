import type pg from 'pg'
import { userAggregate } from '../../domain/user/user.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { formatPosition } from '../../eventing/position.ts'
import { type DetailRow, detailTable } from '../detail-rows.ts'
import { foldRows } from '../folded-rows.ts'
import { evolveUserView, type UserStateName, type UserView } from './user-view.ts'

/** A row of `users` as pg reads it. */
export type UserRow = DetailRow<UserStateName>

const table = detailTable('users', ({ id: _id, state: _state, changedAt: _changedAt, ...details }: UserView) => JSON.stringify(details))

export function userViewOfRow({ id, state, details, sequence }: UserRow, logId: string): UserView {
  return { ...(JSON.parse(details) as UserView), id, state, changedAt: formatPosition(logId, Number(sequence)) }
}

export async function projectUsers(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const own = events.filter((event) => userAggregate.isEvent(event))
  await foldRows(client, schema, own, {
    ...table,
    viewOf: userViewOfRow,
    idsOf: ({ stream }) => [userAggregate.idOf(stream) ?? ''],
    evolve: (view: UserView | null, _id, recorded) => evolveUserView(view, recorded),
  })
}
