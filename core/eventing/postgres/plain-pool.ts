import pg from 'pg'

/** Connections of a program that does one thing and ends. Its queries fail with their connection; that an idle one is lost is no failure. */
export function plainPool(connectionString: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString, max })
  pool.on('error', () => undefined)
  return pool
}
