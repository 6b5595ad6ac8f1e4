import { createHash, randomUUID } from 'node:crypto'
import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { Append, EventStore, NewEvent } from '@elves/core/eventing/event-store.ts'
import { randomHexId } from '@elves/core/foundation/ids.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'

/** What a history is made of. */
export interface GeneratedTasks {
  readonly tasks: number
  readonly agents: number
}

/** Events of a task of an agent that does as it is told. */
export const eventsPerTask = 5
/** Tasks of which the events are mixed with each other, as those of tasks that run at the same time are. */
const tasksAtOnce = 40
const appendsInFlight = 3

/** Writes tasks that succeeded through the store's own port: the events that the smallest task of an API client makes, in two appends. */
export async function generateTasks(
  store: Pick<EventStore, 'append'>,
  { tasks, agents }: GeneratedTasks,
  onProgress: (done: number) => void,
): Promise<void> {
  let begun = 0
  let done = 0
  const work = async () => {
    while (begun < tasks) {
      const lives = Array.from({ length: Math.min(tasksAtOnce, tasks - begun) }, () => taskLife(begun++ % agents))
      await write(
        store,
        lives.map(({ request }) => request),
      )
      await write(
        store,
        lives.map(({ reports }) => reports),
      )
      done += lives.length
      onProgress(done)
    }
  }
  await Promise.all(Array.from({ length: appendsInFlight }, work))
}

async function write(store: Pick<EventStore, 'append'>, appends: readonly Append[]): Promise<void> {
  const results = await store.append(appends)
  if (results.some(({ ok }) => !ok)) throw new Error('a generated event was refused')
}

/** Returns the id of the generated agent of this index. */
export function generatedAgent(index: number): string {
  return createHash('sha256').update(`growth/${index}`).digest('hex').slice(0, 32)
}

export function generatedIp(index: number): string {
  return `10.9.${index >> 8}.${index & 255}`
}

function taskLife(agent: number): { readonly request: Append; readonly reports: Append } {
  const [stream, agentId, app, now] = [taskStream(randomHexId()), generatedAgent(agent), 'bench', Date.now()]
  const client: EventContext = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: randomUUID(), causationId: null, metadata: {} }
  const requested = { kind: 'INSTANT', agentId, app, agentIp: generatedIp(agent), func: 'noop', param: null, proxy: null } as const
  const options = { ...noTaskOptions, processor: false, timeoutMs: 0, idempotencyKey: null, requestHash: null }
  const attempt = { agentId, app, attempt: 1 }
  const dispatch = event({ type: 'TaskDispatched', data: { ...attempt, journalId: randomHexId(), notAfter: now + 30_000, deadlineAt: null } }, client)
  const request = [event({ type: 'TaskRequested', data: { ...requested, ...options } }, client), dispatch]
  const context: EventContext = { ...client, actor: { kind: 'AGENT', id: agentId, name: null }, causationId: dispatch.id }
  const message = inlineValue('ok')
  const output = { workerFlag: 1, message, costMs: 0, truncated: false, byteCount: 2, sha256: null, altered: false, printed: null }
  const reports = [
    event({ type: 'TaskAcknowledged', data: { ...attempt, happenedAt: now } }, context),
    event({ type: 'TaskStarted', data: { ...attempt, happenedAt: now } }, context),
    event({ type: 'TaskSucceeded', data: { ...attempt, happenedAt: now, output, isLate: false } }, context),
  ]
  return { request: { stream, expectedVersion: -1, events: request }, reports: { stream, expectedVersion: request.length - 1, events: reports } }
}

function event(event: NewEvent['event'], context: EventContext): NewEvent {
  return { id: randomUUID(), event, context }
}
