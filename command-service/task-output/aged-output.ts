import { randomUUID } from 'node:crypto'
import { ageingAggregate, outputAgeingStream } from '@elves/core/domain/ageing/ageing.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { AgedOutput } from '@elves/schemas/generated/types.ts'
import type pg from 'pg'
import { contextOfPart } from '../tasks/system-context.ts'

/** Tells in the log what runs printed before it goes: for each run a digest, by which somebody who has a copy proves it. */
export interface OutputAgeing {
  readonly aggregates: Pick<Aggregates, 'handle' | 'load' | 'refresh'>
}

/** Runs in one event. */
const runsAtOnce = 500
const part = 'output-retention'

/**
 * Makes events of what the partitions of a day hold, in the caller's transaction, which keeps others from adding to it until they are
 * dropped. What an earlier try has told is not told again.
 */
export async function tellAgedOutput(
  { aggregates }: OutputAgeing,
  client: pg.ClientBase,
  { schema, day, rule }: { readonly schema: string; readonly day: number; readonly rule: string },
): Promise<void> {
  const stream = outputAgeingStream(day)
  const [outputs, chunks] = [`${schema}.task_outputs_${day}`, `${schema}.task_output_chunks_${day}`]
  const { rows } = await client.query<{ areThere: boolean }>(`select to_regclass($1) is not null and to_regclass($2) is not null as "areThere"`, [
    outputs,
    chunks,
  ])
  if (!rows[0]?.areThere) return
  await client.query(`lock table ${outputs}, ${chunks} in share mode`)
  await aggregates.refresh([stream])
  const { state } = await aggregates.load(ageingAggregate, stream)
  let last: AgedOutput | null = null
  let skipped = state.runs
  while (true) {
    const runs: readonly AgedOutput[] = await runsOf(client, { outputs, chunks, last, skipped })
    if (runs.length === 0) return
    const context = contextOfPart(part, randomUUID())
    await aggregates.handle({ aggregate: ageingAggregate, stream, commands: [{ type: 'AgeOutOutput', rule, day, runs }], context })
    last = runs.at(-1) ?? null
    skipped = 0
  }
}

interface RunsOf {
  readonly outputs: string
  readonly chunks: string
  /** Those behind it in the order; null: from the first. */
  readonly last: AgedOutput | null
  /** So many of them are told already. */
  readonly skipped: number
}

async function runsOf(client: pg.ClientBase, { outputs, chunks, last, skipped }: RunsOf): Promise<readonly AgedOutput[]> {
  const text = `select o.task_id as "taskId", o.attempt, o.kept::float8 as "byteCount", d.sha256
    from (select task_id, attempt, kept from ${outputs} where kept > 0 and (task_id, attempt) > ($3, $4) order by task_id, attempt limit $1 offset $2) o,
    lateral (select encode(sha256(coalesce(string_agg(c.bytes, ''::bytea order by c.at_offset), '')), 'hex') as sha256
      from ${chunks} c where c.task_id = o.task_id and c.attempt = o.attempt) d
    order by o.task_id, o.attempt`
  const { rows } = await client.query<AgedOutput>(text, [runsAtOnce, skipped, last?.taskId ?? '', last?.attempt ?? 0])
  return rows
}
