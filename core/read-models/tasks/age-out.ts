import { asBuffer, versionOf } from '@elves/schemas/codec/codec.ts'
import { headerLength } from '@elves/schemas/codec/message-codec.ts'
import type pg from 'pg'
import { withoutLargeValues } from '../../domain/task/aged-values.ts'
import type { TaskEvent } from '../../domain/task/events.ts'
import { hasEnded } from '../../domain/task/state.ts'
import { taskAggregate } from '../../domain/task/task.ts'
import { bytesOf } from '../../eventing/encoded-event.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { eventingSchema } from '../../eventing/postgres/eventing-schema.ts'
import { progressJson, requestJson } from './task-row.ts'
import { foldTaskView } from './task-view.ts'

/** The events of one task, and up to which sequence their values go. */
export interface TaskToAge {
  readonly events: readonly RecordedEvent[]
  readonly through: number
}

/**
 * Ages out large values of one task, in the log and in its row, in the caller's transaction, which must lock the projector of
 * tasks. Returns false and changes nothing if the task has not ended, or if its row is not up to its last event.
 */
export async function ageOutTask(client: pg.ClientBase, schema: string, { events, through }: TaskToAge): Promise<boolean> {
  const ofTask = events.filter((recorded) => taskAggregate.isEvent(recorded))
  const aged = ofTask.map((recorded): RecordedEvent<TaskEvent> => {
    const isOld = parsePosition(recorded.position).sequence <= through
    return isOld ? { ...recorded, event: withoutLargeValues(recorded.event) } : recorded
  })
  const view = foldTaskView(aged)
  if (!view || !hasEnded(view.state)) return false
  const text = `update ${schema}.tasks set request = $3, progress = $4 where id = $1 and version = $2`
  const { rowCount } = await client.query(text, [view.id, view.version, requestJson(view), progressJson(view)])
  if (rowCount !== 1) return false
  const changed = ofTask.filter(({ event }, index) => event !== aged[index]?.event)
  if (changed.length === 0) return true
  await client.query(`select ${eventingSchema}.age_out_values($1, $2)`, [
    changed.map(({ position }) => parsePosition(position).sequence),
    changed.map(agedBytes),
  ])
  return true
}

/** By the schema that wrote the event: its fingerprint is in the log's tree, so it must stay. */
function agedBytes(recorded: RecordedEvent<TaskEvent>): Buffer {
  const bytes = asBuffer(bytesOf(recorded).data)
  const { type, header } = versionOf(bytes)
  const data: unknown = type.decode(bytes, headerLength).value
  const aged = withoutLargeValues({ type: recorded.event.type, data } as TaskEvent)
  return Buffer.concat([header, type.toBuffer(aged.data)])
}
