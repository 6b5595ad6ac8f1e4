import pg from 'pg'

/**
 * A connection that alone may rename the read models' schema, for as long as it lasts: a rebuild and a verify keep each
 * other out, and two rebuilds too.
 */
export async function rebuildConnection(connectionString: string, schema: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: 'elves-rebuild', keepAlive: true })
  await client.connect()
  // Where the server goes away, the query in flight says so.
  client.on('error', () => undefined)
  await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [`${schema}.rebuild`])
  return client
}
