import { open } from 'node:fs/promises'
import { type KeptHead, treeQueries } from '@elves/core/audit/tree-tables.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type pg from 'pg'

/** Where else heads go: whoever can change the database must not be able to change them there. */
export interface HeadPlaces {
  /** Tells each place the heads that it was not told yet, at least once each. What fails is tried again at the next call. */
  tell(logId: string, signal: AbortSignal): Promise<void>
}

export interface HeadPlacesOptions {
  readonly pool: pg.Pool
  readonly schema: string
  /** Empty: no file. */
  readonly file: string
  /** Empty: no webhook. */
  readonly url: string
  readonly timeoutMs: number
  readonly logger: Logger
}

const headsAtOnce = 100

export function headPlaces({ pool, schema, file, url, timeoutMs, logger }: HeadPlacesOptions): HeadPlaces {
  const places = new Map<string, (head: KeptHead, signal: AbortSignal) => Promise<void>>()
  if (file !== '') places.set(`file ${file}`, (head) => appendTo(file, head))
  if (url !== '') places.set(`webhook ${withoutSecrets(url)}`, (head, signal) => post(url, timeoutMs, head, signal))

  async function untold(place: string, logId: string): Promise<readonly KeptHead[]> {
    const text = `select size from ${schema}.log_head_places where place = $1 and log_id = $2`
    const { rows } = await pool.query<{ size: string }>(text, [place, logId])
    const last = await treeQueries.lastHead(pool, schema, logId, null)
    // A place that is new begins with the last head: it covers all before it.
    if (!rows[0]) return last ? [last] : []
    return last && last.size > Number(rows[0].size) ? treeQueries.headsAfter(pool, schema, logId, Number(rows[0].size), headsAtOnce) : []
  }

  async function tellOne(place: string, tell: (head: KeptHead, signal: AbortSignal) => Promise<void>, logId: string, signal: AbortSignal) {
    for (const head of await untold(place, logId)) {
      await tell(head, signal)
      const text = `insert into ${schema}.log_head_places (place, log_id, size) values ($1, $2, $3)
        on conflict (place) do update set log_id = excluded.log_id, size = excluded.size`
      await pool.query(text, [place, logId, head.size])
    }
  }

  return {
    async tell(logId, signal) {
      for (const [place, tell] of places) {
        await tellOne(place, tell, logId, signal).catch((error: unknown) => {
          if (!signal.aborted) logger.warn({ err: error, place }, 'a head of the log could not be told; it is tried again')
        })
      }
    },
  }
}

/** The name of a place is in logs and in the database. */
function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

/** Appends a line; resolves when it is on disk. Behind half a line, which a crash has left, it begins a new one. */
async function appendTo(path: string, head: KeptHead): Promise<void> {
  const file = await open(path, 'a+', 0o644)
  try {
    const { size } = await file.stat()
    const last = size === 0 ? null : (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString()
    await file.appendFile(`${last === null || last === '\n' ? '' : '\n'}${JSON.stringify(head)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function post(url: string, timeoutMs: number, head: KeptHead, signal: AbortSignal): Promise<void> {
  // Loaded only where it is used: its libraries take time and memory to load. The operator names this address, not a client.
  const [{ addressRule }, { receiver }] = await Promise.all([import('../webhook-sender/address-rule.ts'), import('../webhook-sender/receiver.ts')])
  const to = receiver({ url, rule: addressRule('all'), timeoutMs, connections: 1 })
  try {
    const { error } = await to.post(JSON.stringify(head), { 'content-type': 'application/json' }, signal)
    if (error !== null) throw new ElvesError('STORE_UNAVAILABLE', `the receiver of heads did not take one: ${error}`, { canRetry: true })
  } finally {
    await to.close()
  }
}
