import type pg from 'pg'
import { column } from '../tables/columns.ts'

/** How much each counter changes in one batch, and the sequence of the event that last changed it. */
export class CounterChanges {
  readonly #changes = new Map<string, { delta: number; sequence: number }>()

  add(name: string, delta: number, sequence: number): void {
    const change = this.#changes.get(name)
    if (!change) this.#changes.set(name, { delta, sequence })
    else {
      change.delta += delta
      change.sequence = sequence
    }
  }

  /** Counts a change of state; `from` null: the thing was new. */
  transition(kind: string, from: string | null, to: string, sequence: number): void {
    if (from === to) return
    if (from !== null) this.add(`${kind}.${from}`, -1, sequence)
    this.add(`${kind}.${to}`, 1, sequence)
  }

  /** Writes in the order of names, so that two projectors never wait for each other's rows. */
  async write(client: pg.ClientBase, schema: string): Promise<void> {
    const changes = [...this.#changes].sort(([one], [other]) => (one < other ? -1 : 1))
    if (changes.length === 0) return
    await client.query({
      name: `${schema}.counters`,
      text: `INSERT INTO ${schema}.counters AS c (name, value, sequence) SELECT * FROM unnest($1::text[], $2::int8[], $3::int8[])
        ON CONFLICT (name) DO UPDATE SET value = c.value + excluded.value, sequence = excluded.sequence`,
      values: [
        column('text', changes, ([name]) => name),
        column('int8', changes, ([, change]) => change.delta),
        column('int8', changes, ([, change]) => change.sequence),
      ],
    })
  }
}
