import type pg from 'pg'
import { isPipelined } from './database-pool.ts'
import { hasPassingState, storeUnavailable } from './unavailable.ts'

/**
 * Runs `work` in one READ COMMITTED transaction. If it throws, rolls back and throws the same error. Throws
 * STORE_UNAVAILABLE if the database is the reason; a commit that failed in this way may have happened.
 */
export async function inTransaction<Result>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect().catch((error: unknown) => {
    throw storeUnavailable(error)
  })
  let isBroken = false
  // Without a listener, the error of a connection that breaks between two queries would end the process.
  const onError = () => {
    isBroken = true
  }
  client.on('error', onError)
  try {
    const begun = client.query('begin')
    // On a pipelined connection, `begin` is sent with the first query of the work; if it fails, that query fails too.
    if (isPipelined(client)) begun.catch(() => undefined)
    else await begun
    const result = await work(client)
    await begun
    await client.query('commit')
    return result
  } catch (error) {
    // If a connection can not even roll back, it is the reason itself, whatever the error looks like.
    await client.query('rollback').catch(() => {
      isBroken = true
    })
    throw isBroken || hasPassingState(error) ? storeUnavailable(error) : error
  } finally {
    client.off('error', onError)
    client.release(isBroken)
  }
}
