import { performance } from 'node:perf_hooks'
import type pg from 'pg'

/** Makes a table of the same shape as a log on the same server for the call, and drops it afterwards. */
export async function withScratchLog<Result>(database: pg.Pool, use: () => Promise<Result>): Promise<Result> {
  await database.query('drop table if exists bench_log')
  await database.query('create table bench_log (position bigint generated always as identity primary key, stream text, data bytea)')
  try {
    return await use()
  } finally {
    await database.query('drop table bench_log')
  }
}

/** Does `count` durable single-row appends one after the other on one connection; returns the ms of each. */
export async function appendOneByOne(database: pg.Pool, count: number, between: () => Promise<void>): Promise<number[]> {
  const client = await database.connect()
  const data = Buffer.alloc(190, 'x')
  const durations: number[] = []
  try {
    for (let index = 0; index < count; index++) {
      const startedAt = performance.now()
      await client.query({ name: 'bench-append', text: 'insert into bench_log (stream, data) values ($1, $2)', values: ['task-0', data] })
      await between()
      durations.push(performance.now() - startedAt)
    }
    return durations
  } finally {
    client.release()
  }
}

/** Returns the rows per second that one connection appends durably in transactions of 256 rows. */
export async function appendsPerSecond(database: pg.Pool, count: number): Promise<number> {
  const rows = Array.from({ length: 256 }, () => Buffer.alloc(190, 'x'))
  const client = await database.connect()
  try {
    const startedAt = performance.now()
    for (let appended = 0; appended < count; appended += rows.length) {
      const text = `insert into bench_log (stream, data) select 'task-0', data from unnest($1::bytea[]) as data`
      await client.query({ name: 'bench-append-many', text, values: [rows] })
    }
    return (Math.ceil(count / rows.length) * rows.length * 1000) / (performance.now() - startedAt)
  } finally {
    client.release()
  }
}
