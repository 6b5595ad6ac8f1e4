import pg from 'pg'

/**
 * Opens a connection that alone may rename the read models' schema, for as long as it lasts. Of all rebuilds and verifies, only one
 * runs at a time. An abort ends the connection, also while it waits.
 */
export async function rebuildConnection(connectionString: string, schema: string, signal?: AbortSignal): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: 'elves-rebuild', keepAlive: true })
  await client.connect()
  // If the server goes away, the query in flight rejects.
  client.on('error', () => undefined)
  const interrupt = () => void client.end().catch(() => undefined)
  signal?.addEventListener('abort', interrupt, { once: true })
  client.once('end', () => signal?.removeEventListener('abort', interrupt))
  if (signal?.aborted) interrupt()
  await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [`${schema}.rebuild`])
  return client
}
