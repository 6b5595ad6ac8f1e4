import type { OutputCut } from '@elves/schemas/generated/types.ts'
import type pg from 'pg'
import { type OutputSegment, outputSegments } from './output-segments.ts'

/** The tables of the write side's output log. They are no read models: what a run printed is in no event. */
const writeSchema = 'elves'
/** A slice ends after so many rows, whatever is in them. */
const rowsMost = 2_000

export interface OutputHead {
  readonly taskId: string
  readonly attempt: number
  /** Bytes that are there, from the first one on. */
  readonly kept: number
  /** Bytes that the run printed, as far as the agent has said. */
  readonly printed: number
  readonly cut: OutputCut | null
  readonly isAltered: boolean
  readonly isEnded: boolean
}

/** A part of what an attempt printed. */
export interface OutputSlice extends OutputHead {
  readonly segments: readonly OutputSegment[]
  /** Where the next slice begins. */
  readonly next: number
}

export interface AskedOutput {
  readonly taskId: string
  /** Null: the last one that printed something. */
  readonly attempt: number | null
  readonly from: number
  readonly bytes: number
}

interface Row {
  readonly day: number
  readonly task_id: string
  readonly attempt: number
  readonly kept: string
  readonly printed: string
  readonly cut: OutputCut | null
  readonly is_altered: boolean
  readonly is_ended: boolean
}

const columns = 'day, task_id, attempt, kept, printed, cut, is_altered, is_ended'

/** Returns null if the log has nothing of the attempt, or not any more. */
async function slice(pool: pg.Pool, _schema: string, asked: AskedOutput): Promise<OutputSlice | null> {
  const { taskId, attempt, from, bytes } = asked
  const text = `select ${columns} from ${writeSchema}.task_outputs where task_id = $1 and ($2::int is null or attempt = $2)
    order by attempt desc, day desc limit 1`
  const { rows } = await pool.query<Row>(text, [taskId, attempt])
  const [row] = rows
  if (!row) return null
  const head = headOf(row)
  if (from >= head.kept) return { ...head, segments: [], next: from }
  const chunks = await chunksOf(pool, row, from, Math.min(from + bytes, head.kept))
  const { segments, next } = outputSegments(chunks, from, Math.min(from + bytes, head.kept))
  // Its day was dropped between the two queries.
  return next === from ? null : { ...head, segments, next }
}

async function chunksOf(pool: pg.Pool, { day, task_id, attempt }: Row, from: number, to: number) {
  const table = `${writeSchema}.task_output_chunks`
  const own = 'day = $1 and task_id = $2 and attempt = $3'
  const text = `select at_offset, pieces, bytes from ${table}
    where ${own} and at_offset >= (select coalesce(max(at_offset), 0) from ${table} where ${own} and at_offset <= $4) and at_offset < $5
    order by at_offset limit ${rowsMost}`
  const { rows } = await pool.query<{ at_offset: string; pieces: string; bytes: Buffer }>(text, [day, task_id, attempt, from, to])
  return rows.map(({ at_offset, pieces, bytes }) => ({ offset: Number(at_offset), lengths: pieces.split(',').map(Number), bytes }))
}

/** Returns how far the output of these tasks is, of each attempt. */
async function heads(pool: pg.Pool, _schema: string, taskIds: readonly string[]): Promise<readonly OutputHead[]> {
  const text = `select ${columns} from ${writeSchema}.task_outputs where task_id = any($1::text[])`
  const { rows } = await pool.query<Row>(text, [taskIds])
  return rows.map(headOf)
}

/** Returns the day, counted from the epoch in UTC, before whose beginning no run's output is kept any more. */
async function droppedDay(pool: pg.Pool, _schema: string): Promise<number> {
  const { rows } = await pool.query<{ dropped_day: number }>(`select dropped_day from ${writeSchema}.task_output_retention`)
  return rows[0]?.dropped_day ?? 0
}

function headOf({ task_id, attempt, kept, printed, cut, is_altered, is_ended }: Row): OutputHead {
  return { taskId: task_id, attempt, kept: Number(kept), printed: Number(printed), cut, isAltered: is_altered, isEnded: is_ended }
}

/** What runs printed. For `ReadModels.of`, though it is none: rebuild and verify leave it alone. */
export const outputLog = { name: 'output-log', queries: { slice, heads, droppedDay } }
