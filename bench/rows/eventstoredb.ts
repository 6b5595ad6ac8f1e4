import type { OwnRow } from '../bench.ts'
import type { Center } from '../center.ts'
import { startChild } from '../child.ts'
import { type Figure, figure } from '../figure.ts'
import { loaded } from './loaded-center.ts'

const tasksPerRun = 2_000

/** What the double of EventStoreDB reports of itself. */
interface Double {
  readonly port: number
  readonly connections: Readonly<Record<string, Readonly<Record<'appends' | 'reads', number>>>>
  /** Events of the platform in its log. */
  readonly events: number
}

interface Sample {
  readonly [name: string]: { readonly value: number; readonly unit: string }
}

/**
 * What a task costs on EventStoreDB: calls of the server by each connection of the center, events that the center decoded, and
 * CPU of the center beside that on Postgres. The server is a double in a process of its own, so calls and CPU of the client are
 * those of a real one, and times are not.
 */
export const eventStoreDbRow: OwnRow = {
  names: ['eventstoredb-calls-per-task', 'eventstoredb-decodes-per-event', 'eventstoredb-client-cpu-per-task'],
  async measure({ runs, progress }) {
    const double = await startChild<Double>('eventstoredb-child.ts', [])
    const onDouble = await loaded({ ELVES_EVENTSTOREDB_URL: `esdb://127.0.0.1:${double.ready.port}?tls=false` }, 7)
    const onPostgres = await loaded({ ELVES_EVENTSTOREDB_URL: '' }, 8)
    const samples: Sample[] = []
    const cpu = { double: [] as number[], postgres: [] as number[] }
    try {
      await onDouble.run(500)
      await onPostgres.run(500)
      for (let run = 0; run < runs; run++) {
        progress(`tasks on EventStoreDB, run ${run + 1} of ${runs}`)
        cpu.postgres.push(await onPostgres.run(tasksPerRun))
        const before = await double.ask('counts')
        const decodedBefore = await decodedEvents(onDouble.center)
        cpu.double.push(await onDouble.run(tasksPerRun))
        samples.push(sampleOf(before, await double.ask('counts'), (await decodedEvents(onDouble.center)) - decodedBefore))
      }
    } finally {
      await onDouble.stop()
      await onPostgres.stop()
      await double.stop()
    }
    return [...figuresOf(samples), figure('eventstoredb-client-cpu-per-task', 'ms', cpu.double, cpu.postgres)]
  },
}

/** Connections are named by the process, and by the thread in it. */
function sampleOf(before: Double, after: Double, decoded: number): Sample {
  const events = after.events - before.events
  const sample: Record<string, { value: number; unit: string }> = {}
  const all = { appends: 0, reads: 0 }
  for (const [name, counts] of Object.entries(after.connections)) {
    const thread = /^elves-\d+-(\d+)$/.test(name) ? 'projectors' : 'main'
    const earlier = before.connections[name]
    const grown = (key: 'appends' | 'reads') => counts[key] - (earlier?.[key] ?? 0)
    for (const key of ['appends', 'reads'] as const) {
      all[key] += grown(key)
      sample[`eventstoredb-calls-per-task.${thread}.${key}`] = { value: grown(key) / tasksPerRun, unit: 'calls' }
    }
  }
  for (const key of ['appends', 'reads'] as const) sample[`eventstoredb-calls-per-task.${key}`] = { value: all[key] / tasksPerRun, unit: 'calls' }
  sample['eventstoredb-decodes-per-event'] = { value: decoded / events, unit: 'decodes' }
  return sample
}

async function decodedEvents({ graphqlUrl }: Center): Promise<number> {
  const text = await (await fetch(new URL('/metrics', graphqlUrl))).text()
  return Number(/^elves_decoded_events_total (\d+)$/m.exec(text)?.[1])
}

function figuresOf(samples: readonly Sample[]): Figure[] {
  const names = [...new Set(samples.flatMap((sample) => Object.keys(sample)))].sort()
  return names.map((name) => {
    const all = samples.flatMap((sample) => sample[name] ?? [])
    return figure(
      name,
      all[0]?.unit ?? '',
      all.map(({ value }) => value),
      [],
    )
  })
}
