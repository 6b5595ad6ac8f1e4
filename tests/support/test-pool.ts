import pg from 'pg'

/**
 * Connections of a test to `url`. `pool.end()` resolves before the server has closed them, so that a database that is dropped next, or a
 * platform that stops, may still end one: that is no failure of the test.
 */
export function testPool(url: string, { max }: { readonly max?: number } = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, ...(max === undefined ? {} : { max }) })
  pool.on('error', () => undefined)
  return pool
}
