import type pg from 'pg'
import { eventingSchema } from '../eventing/postgres/eventing-schema.ts'
import type { SignedHead } from './head.ts'

/** Hashes in a row of `log_tiles`: the nodes of one height beside each other. Eight heights further up, one tile is one hash. */
export const tileHeight = 8
export const tileHashes = 2 ** tileHeight
export const hashBytes = 32
/** First bytes of the id of each event of a tile: an event is found by its id without an index of ids. */
export const idBytes = 4

/** How far the tree of a log is. */
export interface TreeState {
  readonly logId: string
  /** Leaves. */
  readonly size: number
  /** Sequence of the position of the last leaf's event; 0: there is none. */
  readonly lastSequence: number
}

/** A row of `log_tiles`; a tile grows until it is full, and what is in it never changes. */
export interface Tile {
  readonly level: number
  readonly number: number
  /** Level 0: sequence of the position of the event before its first one. */
  readonly afterSequence: number
  readonly hashes: Buffer
  /** Level 0: of the same events; else empty. */
  readonly ids: Buffer
}

interface TileRow {
  readonly level: number
  readonly number: string
  readonly after_sequence: string
  readonly hashes: Buffer
  readonly ids: Buffer
}

interface HeadRow {
  readonly log_id: string
  readonly size: string
  readonly root: Buffer
  readonly signed_at: string
  readonly key_id: string
  readonly public_key: string
  readonly signature: string
}

/** A head with the public key that it was signed with, base64url. */
export interface KeptHead extends SignedHead {
  readonly publicKey: string
}

const tileColumns = 'level, number, after_sequence, hashes, ids'
const tree = `${eventingSchema}.log_tree`
const tiles = `${eventingSchema}.log_tiles`
const heads = `${eventingSchema}.log_heads`

/** The tree of the log as its keeper left it. Like the output log it is no read model: no rebuild makes it anew. */
export const treeQueries = {
  /** Returns null if no keeper has begun, or if the tables are not there. */
  async state(pool: pg.Pool, _schema: string): Promise<TreeState | null> {
    const there = await pool.query<{ is: boolean }>(`select to_regclass($1) is not null as is`, [tree])
    return there.rows[0]?.is ? readTreeState(pool) : null
  },
  tile: readTile,
  /** Returns the tile in which the event after this position is, or null for an empty tree. */
  async tileAfter(pool: pg.Pool, _schema: string, logId: string, sequence: number): Promise<Tile | null> {
    const where = 'log_id = $1 and level = 0 and after_sequence <= $2 order by after_sequence desc limit 1'
    const { rows } = await pool.query<TileRow>(`select ${tileColumns} from ${tiles} where ${where}`, [logId, sequence])
    return rows[0] ? tileOf(rows[0]) : null
  },
  /** Returns the tiles that may have an event whose id begins with these bytes. */
  async tilesWithId(pool: pg.Pool, _schema: string, logId: string, idStart: Buffer): Promise<readonly Tile[]> {
    const text = `select ${tileColumns} from ${tiles} where log_id = $1 and level = 0 and position($2::bytea in ids) > 0 order by number desc`
    const { rows } = await pool.query<TileRow>(text, [logId, idStart])
    return rows.map(tileOf)
  },
  /** Returns the last head, or the last one of at most this size. */
  async lastHead(pool: pg.Pool, _schema: string, logId: string, most: number | null): Promise<KeptHead | null> {
    const text = `select * from ${heads} where log_id = $1 and ($2::int8 is null or size <= $2) order by size desc limit 1`
    const { rows } = await pool.query<HeadRow>(text, [logId, most])
    return rows[0] ? keptHead(rows[0]) : null
  },
  async headsAfter(pool: pg.Pool, _schema: string, logId: string, size: number, limit: number): Promise<readonly KeptHead[]> {
    const text = `select * from ${heads} where log_id = $1 and size > $2 order by size limit $3`
    const { rows } = await pool.query<HeadRow>(text, [logId, size, limit])
    return rows.map(keptHead)
  },
  /** Returns heads of sizes above `from` and up to `to`: the last one for each tile, smallest first. */
  async headsBetween(pool: pg.Pool, _schema: string, logId: string, from: number, to: number): Promise<readonly KeptHead[]> {
    const text = `select distinct on ((size - 1) / ${tileHashes}) * from ${heads} where log_id = $1 and size > $2 and size <= $3
      order by (size - 1) / ${tileHashes}, size desc`
    const { rows } = await pool.query<HeadRow>(text, [logId, from, to])
    return rows.map(keptHead)
  },
}

/** For readers that bind queries to a database. */
export const logTree = { name: 'log-tree', queries: treeQueries } as const

export async function readTreeState(client: pg.Pool | pg.ClientBase): Promise<TreeState | null> {
  const { rows } = await client.query<{ log_id: string; size: string; last_sequence: string }>(`select log_id, size, last_sequence from ${tree}`)
  const [row] = rows
  return row ? { logId: row.log_id, size: Number(row.size), lastSequence: Number(row.last_sequence) } : null
}

export async function readTile(pool: pg.Pool, _schema: string, logId: string, level: number, number: number): Promise<Tile | null> {
  const text = `select ${tileColumns} from ${tiles} where log_id = $1 and level = $2 and number = $3`
  const { rows } = await pool.query<TileRow>({ name: 'log_tile', text, values: [logId, level, number] })
  return rows[0] ? tileOf(rows[0]) : null
}

/** Begins the tree of a log, in place of that of another log; heads of other logs stay. */
export async function beginTree(client: pg.ClientBase, logId: string): Promise<void> {
  await client.query(`delete from ${tree}`)
  await client.query(`delete from ${tiles}`)
  await client.query(`insert into ${tree} (log_id, size, last_sequence) values ($1, 0, 0)`, [logId])
}

/** Returns false and writes nothing if the tree is not at `from` any more. */
export async function growTree(client: pg.ClientBase, from: TreeState, to: TreeState, changed: readonly Tile[]): Promise<boolean> {
  const text = `update ${tree} set size = $3, last_sequence = $4 where log_id = $1 and size = $2`
  const { rowCount } = await client.query(text, [from.logId, from.size, to.size, to.lastSequence])
  if (rowCount !== 1) return false
  await client.query(
    `insert into ${tiles} (log_id, level, number, after_sequence, hashes, ids)
       select $1, * from unnest($2::int2[], $3::int8[], $4::int8[], $5::bytea[], $6::bytea[])
       on conflict (log_id, level, number) do update set hashes = excluded.hashes, ids = excluded.ids`,
    [
      to.logId,
      changed.map(({ level }) => level),
      changed.map(({ number }) => number),
      changed.map(({ afterSequence }) => afterSequence),
      changed.map(({ hashes }) => hashes),
      changed.map(({ ids }) => ids),
    ],
  )
  return true
}

export async function keepHead(client: pg.ClientBase, { logId, size, rootHash, signedAt, keyId, publicKey, signature }: KeptHead): Promise<void> {
  const text = `insert into ${heads} (log_id, size, root, signed_at, key_id, public_key, signature) values ($1, $2, $3, $4, $5, $6, $7)`
  await client.query(text, [logId, size, Buffer.from(rootHash, 'hex'), signedAt, keyId, publicKey, signature])
}

function tileOf({ level, number, after_sequence, hashes, ids }: TileRow): Tile {
  return { level, number: Number(number), afterSequence: Number(after_sequence), hashes, ids }
}

function keptHead({ log_id, size, root, signed_at, key_id, public_key, signature }: HeadRow): KeptHead {
  const kept = { logId: log_id, size: Number(size), rootHash: root.toString('hex'), signedAt: Number(signed_at) }
  return { ...kept, keyId: key_id, signature, publicKey: public_key }
}
