import { binaryArray } from '@elves/core/eventing/postgres/binary-array.ts'
import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import type { OutputCut } from '@elves/schemas/generated/types.ts'
import type pg from 'pg'
import { type OutputPart, withoutFirst } from './output-part.ts'

/** How far the tables have the output of an attempt. */
export interface Reached {
  readonly offset: number
  /** True if the part begins beyond the offset. */
  readonly isGap: boolean
  readonly isEnded: boolean
}

interface Head {
  readonly day: number
  readonly agentId: string
  kept: number
  printed: number
  cut: OutputCut | null
  isAltered: boolean
  isEnded: boolean
  isChanged: boolean
}

interface HeadRow {
  readonly day: number
  readonly task_id: string
  readonly attempt: number
  readonly agent_id: string
  readonly kept: string
  readonly printed: string
  readonly cut: OutputCut | null
  readonly is_altered: boolean
  readonly is_ended: boolean
}

/**
 * Adds the parts, in their order, and returns how far their attempts are then; null for a part of another agent's attempt. What is
 * there already is left out, and what leaves a gap is not taken, so that a part may come twice, late, or at two gateways at once: the
 * row of the attempt is locked meanwhile. The partitions of the days must be there.
 */
export async function appendOutput(pool: pg.Pool, schema: string, given: readonly OutputPart[]): Promise<readonly (Reached | null)[]> {
  // All writers lock in the same order, so that none waits for one that waits for it.
  const order = [...given.keys()].sort((a, b) => compare(given[a] as OutputPart, given[b] as OutputPart) || a - b)
  const parts = order.map((index) => given[index] as OutputPart)
  return inTransaction(pool, async (client) => {
    const heads = await lockedHeads(client, schema, parts)
    const chunks: OutputPart[] = []
    const reached = new Array<Reached | null>(given.length)
    for (const [index, part] of parts.entries()) {
      const head = heads.get(keyOf(part))
      reached[order[index] as number] = head && head.agentId === part.agentId ? take(head, part, chunks) : null
    }
    await insertChunks(client, schema, chunks)
    await updateHeads(client, schema, heads)
    return reached
  })
}

/** Ends the output that earlier processes of these agents left open: nobody has the rest of it. */
export async function endOfEarlierBoots(
  pool: pg.Pool,
  schema: string,
  boots: readonly { readonly agentId: string; readonly bootId: string }[],
): Promise<void> {
  const text = `update ${schema}.task_outputs o set is_ended = true, cut = coalesce(o.cut, 'AGENT_GONE')
    from unnest($1::text[], $2::text[]) as linked (agent_id, boot_id)
    where o.agent_id = linked.agent_id and o.boot_id <> linked.boot_id and not o.is_ended`
  await pool.query(text, [boots.map(({ agentId }) => agentId), boots.map(({ bootId }) => bootId)])
}

/** Takes what the head lacks of the part. */
function take(head: Head, part: OutputPart, chunks: OutputPart[]): Reached {
  const isGap = part.offset > head.kept
  // An agent that gave up what it had, or whose earlier process had it, sends only the end.
  const isGivenUp = part.cut === 'CENTER' || part.cut === 'AGENT_GONE'
  if (head.isEnded || (isGap && !isGivenUp)) return { offset: head.kept, isGap: isGap && !head.isEnded, isEnded: head.isEnded }
  const rest = withoutFirst(part, Math.min(head.kept - part.offset, part.bytes.length))
  if (!isGap && rest.bytes.length > 0) {
    chunks.push({ ...rest, day: head.day })
    head.kept += rest.bytes.length
  }
  head.printed = Math.max(head.printed, part.printed, head.kept)
  // A message that was long on its way says nothing of what follows it.
  if (part.offset + part.bytes.length >= head.kept || isGivenUp) head.cut ??= part.cut
  head.isAltered ||= part.isAltered
  head.isEnded = part.isEnded
  head.isChanged = true
  return { offset: head.kept, isGap: false, isEnded: head.isEnded }
}

async function lockedHeads(client: pg.ClientBase, schema: string, parts: readonly OutputPart[]): Promise<Map<string, Head>> {
  const firsts = [...new Map(parts.map((part) => [keyOf(part), part])).values()]
  const ids = [firsts.map(({ taskId }) => taskId), firsts.map(({ attempt }) => attempt), firsts.map(({ day }) => day)]
  const insert = `insert into ${schema}.task_outputs (task_id, attempt, day, agent_id, boot_id)
    select * from unnest($1::text[], $2::int[], $3::int[], $4::text[], $5::text[]) on conflict do nothing`
  const select = `select o.day, o.task_id, o.attempt, o.agent_id, o.kept, o.printed, o.cut, o.is_altered, o.is_ended from ${schema}.task_outputs o
    join unnest($1::text[], $2::int[], $3::int[]) as asked (task_id, attempt, day) using (task_id, attempt, day)
    order by o.task_id, o.attempt, o.day for update of o`
  await client.query(insert, [...ids, firsts.map(({ agentId }) => agentId), firsts.map(({ bootId }) => bootId)])
  const { rows } = await client.query<HeadRow>(select, ids)
  return new Map(rows.map((row) => [keyOf({ taskId: row.task_id, attempt: row.attempt, day: row.day }), headOf(row)]))
}

function headOf({ day, agent_id, kept, printed, cut, is_altered, is_ended }: HeadRow): Head {
  const counts = { kept: Number(kept), printed: Number(printed) }
  return { day, agentId: agent_id, ...counts, cut, isAltered: is_altered, isEnded: is_ended, isChanged: false }
}

async function insertChunks(client: pg.ClientBase, schema: string, chunks: readonly OutputPart[]): Promise<void> {
  if (chunks.length === 0) return
  const text = `insert into ${schema}.task_output_chunks (day, task_id, attempt, at_offset, pieces, bytes)
    select * from unnest($1::int[], $2::text[], $3::int[], $4::int8[], $5::text[], $6::bytea[])`
  await client.query(text, [
    chunks.map(({ day }) => day),
    chunks.map(({ taskId }) => taskId),
    chunks.map(({ attempt }) => attempt),
    chunks.map(({ offset }) => offset),
    chunks.map(({ lengths }) => lengths.join(',')),
    binaryArray('bytea', chunks, ({ bytes }) => bytes),
  ])
}

async function updateHeads(client: pg.ClientBase, schema: string, heads: ReadonlyMap<string, Head>): Promise<void> {
  const changed = [...heads].filter(([, { isChanged }]) => isChanged)
  if (changed.length === 0) return
  const names = changed.map(([key]) => key.split('/'))
  const values = changed.map(([, head]) => head)
  const text = `update ${schema}.task_outputs o
    set kept = n.kept, printed = n.printed, cut = n.cut, is_altered = n.is_altered, is_ended = n.is_ended
    from unnest($1::text[], $2::int[], $3::int[], $4::int8[], $5::int8[], $6::text[], $7::bool[], $8::bool[])
      as n (task_id, attempt, day, kept, printed, cut, is_altered, is_ended)
    where o.task_id = n.task_id and o.attempt = n.attempt and o.day = n.day`
  await client.query(text, [
    names.map(([taskId]) => taskId),
    names.map(([, attempt]) => Number(attempt)),
    values.map(({ day }) => day),
    values.map(({ kept }) => kept),
    values.map(({ printed }) => printed),
    values.map(({ cut }) => cut),
    values.map(({ isAltered }) => isAltered),
    values.map(({ isEnded }) => isEnded),
  ])
}

function keyOf({ taskId, attempt, day }: Pick<OutputPart, 'taskId' | 'attempt' | 'day'>): string {
  return `${taskId}/${attempt}/${day}`
}

function compare(a: OutputPart, b: OutputPart): number {
  if (a.taskId !== b.taskId) return a.taskId < b.taskId ? -1 : 1
  return a.attempt - b.attempt || a.day - b.day
}
