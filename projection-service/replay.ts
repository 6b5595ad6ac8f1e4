import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { retrying } from '@elves/core/foundation/waiting.ts'
import { lockProjector, type Projector } from '@elves/core/read-models/projector.ts'
import type pg from 'pg'

const batchSize = 5000
const whileTheStoreIsAway = { firstMs: 100, longestMs: 5_000, giveUpMs: 120_000 }

export interface ReplayOptions {
  readonly store: EventStore
  /** Null: from the first event. */
  readonly after: Position | null
  /** Each projector with the position to stop at exactly; null: it gets nothing. */
  readonly projectors: readonly { readonly projector: Projector; readonly upTo: Position | null }[]
  readonly schema: string
  readonly signal?: AbortSignal
  /** Events up to `upTo` that are not wanted are left out; default: all are wanted. */
  isWanted?(event: RecordedEvent): boolean
  /** Runs the work of one batch, in a transaction of its own or inside an open one. */
  inBatch(work: (client: pg.ClientBase) => Promise<void>): Promise<void>
  /** Events done, and all events; null: they are being counted. */
  onProgress?(done: number, total: number | null): void
}

/** Feeds the log to projectors. Reads it once for all of them, and reads the next batch while one is written. */
export async function replay(options: ReplayOptions): Promise<void> {
  const { store, projectors, schema, signal, isWanted = () => true, inBatch, onProgress } = options
  const end = projectors.reduce<Position>((latest, { upTo }) => (upTo !== null && upTo > latest ? upTo : latest), '')
  if (end === '') return
  let total: number | null = null
  // Beside the replay, because a store may have to read the log for it. It does not matter if it fails.
  const counting = onProgress ? eventsUpTo(store, options.after, end) : Promise.resolve(null)
  counting.then(
    (count) => {
      total = count
    },
    () => undefined,
  )
  let done = 0
  let position = options.after
  const nextEvents = (after: Position | null) => retrying(() => read(store, after, end), { ...whileTheStoreIsAway, isPassing: isPassing(signal) })
  let reading = nextEvents(position)
  while (position === null || position < end) {
    const events = await reading
    const last = events.at(-1)
    if (!last) return
    signal?.throwIfAborted()
    position = last.position
    reading = position < end ? nextEvents(position) : Promise.resolve([])
    // The next `await` gets the error.
    reading.catch(() => undefined)
    await inBatch(async (client) => {
      for (const { projector, upTo } of projectors) await applyUpTo(client, schema, projector, upTo, events.filter(isWanted))
    })
    done += events.length
    onProgress?.(done, total)
  }
}

async function eventsUpTo(store: EventStore, after: Position | null, end: Position): Promise<number> {
  const all = await store.countAfter(after)
  return all - (await store.countAfter(end))
}

/** A replay of a long log takes long: it does not end because the store, or this machine, was busy for a while. */
function isPassing(signal: AbortSignal | undefined): (error: unknown) => boolean {
  return (error) => error instanceof ElvesError && error.canRetry && signal?.aborted !== true
}

async function read(store: EventStore, after: Position | null, end: Position): Promise<readonly RecordedEvent[]> {
  const events = await store.readAll({ from: after, direction: 'forwards', limit: batchSize })
  return events.filter(({ position }) => position <= end)
}

async function applyUpTo(
  client: pg.ClientBase,
  schema: string,
  projector: Projector,
  upTo: Position | null,
  events: readonly RecordedEvent[],
): Promise<void> {
  const wanted = events.filter(({ position }) => upTo !== null && position <= upTo)
  if (wanted.length === 0) return
  await lockProjector(client, schema, projector)
  await projector.apply(client, schema, wanted)
}
