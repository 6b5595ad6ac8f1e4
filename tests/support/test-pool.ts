import { plainPool } from '@elves/core/eventing/postgres/plain-pool.ts'
import type pg from 'pg'

/**
 * Connections of a test to `url`. `pool.end()` resolves before the server has closed them, so that a database that is dropped next, or a
 * platform that stops, may still end one: that is no failure of the test.
 */
export function testPool(url: string, { max = 10 }: { readonly max?: number } = {}): pg.Pool {
  return plainPool(url, max)
}
