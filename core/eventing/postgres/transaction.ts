import type pg from 'pg'
import { isPipelined } from './database-pool.ts'
import { hasPassingState, storeUnavailable } from './unavailable.ts'

/**
 * Runs `work` in one READ COMMITTED transaction; what it throws rolls back and passes on. Throws STORE_UNAVAILABLE where the
 * database is the reason; a commit that failed so may have happened.
 */
export async function inTransaction<Result>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect().catch((error: unknown) => {
    throw storeUnavailable(error)
  })
  let isBroken = false
  // Without a listener, a connection that breaks between two queries would end the process.
  const onError = () => {
    isBroken = true
  }
  client.on('error', onError)
  try {
    const begun = client.query('begin')
    // Pipelined, it goes with the first query of the work; where it fails, that fails too.
    if (isPipelined(client)) begun.catch(() => undefined)
    else await begun
    const result = await work(client)
    await begun
    await client.query('commit')
    return result
  } catch (error) {
    // A connection that can't even roll back is the reason itself, whatever the error looks like.
    await client.query('rollback').catch(() => {
      isBroken = true
    })
    throw isBroken || hasPassingState(error) ? storeUnavailable(error) : error
  } finally {
    client.off('error', onError)
    client.release(isBroken)
  }
}
