import { processorAggregate, processorId } from '@elves/core/domain/processor/processor.ts'
import { queueStream } from '@elves/core/domain/queue/queue.ts'
import { fireId } from '@elves/core/domain/schedule/fire-id.ts'
import { scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import { scheduleSettings } from '@elves/core/domain/schedule/testing.ts'
import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import type { QueuedTask, TaskOutput } from '@elves/schemas/generated/types.ts'
import { contextOf, hex, pick, type StreamPart } from './sample-parts.ts'

/** Lives of queues and schedules with their tasks, cut off somewhere. */

const hourMs = 3_600_000
const epoch = Date.UTC(2026, 0, 1)
const apps = ['apptest', 'deploy', 'backup']
const output: TaskOutput = {
  workerFlag: 1,
  message: inlineValue('ü'),
  costMs: 1,
  truncated: false,
  byteCount: 2,
  sha256: null,
  altered: false,
  printed: null,
  exit: null,
}

interface PlannedTask {
  readonly taskId: string
  readonly agentId: string
  readonly app: string
  readonly correlationId: string
}

function requested(
  { taskId, agentId, app, correlationId }: PlannedTask,
  kind: 'QUEUE' | 'SCHEDULE',
  options: Partial<typeof noTaskOptions>,
): StreamPart {
  const content = { agentId, app, agentIp: '10.0.0.1', func: 'helloword', param: null, proxy: null, processor: false, timeoutMs: 90_000 }
  const data = { ...content, ...noTaskOptions, kind, startWithinMs: 30_000, ...options, idempotencyKey: null, requestHash: 'h' }
  return { stream: taskStream(taskId), event: { type: 'TaskRequested', data }, context: systemContext(correlationId) }
}

/** Runs a task to its end. */
function ran({ taskId, agentId, app, correlationId }: PlannedTask, isSuccess: boolean): StreamPart[] {
  const [stream, attempt] = [taskStream(taskId), { agentId, app, attempt: 1 }]
  const context = contextOf({ kind: 'AGENT', id: agentId, name: null }, correlationId)
  const failure = { code: 'WORKER_SAID_NO', message: 'no' }
  const ended = { ...attempt, happenedAt: 2, output, isLate: false }
  return [
    {
      stream,
      event: { type: 'TaskDispatched', data: { ...attempt, journalId: 'j', notAfter: 1, deadlineAt: 2 } },
      context: systemContext(correlationId),
    },
    { stream, event: { type: 'TaskStarted', data: { ...attempt, happenedAt: 1 } }, context },
    isSuccess
      ? { stream, event: { type: 'TaskSucceeded', data: ended }, context }
      : { stream, event: { type: 'TaskFailed', data: { ...ended, failure, killed: null } }, context },
  ]
}

function systemContext(correlationId: string) {
  return contextOf({ kind: 'SYSTEM', id: 'queue-runner', name: null }, correlationId)
}

/** A queue of a few tasks, each with parents among those before it: it is committed or stopped, and ends. */
export function queueLife(agentIds: readonly string[], random: () => number): StreamPart[] {
  const stream = queueStream(hex(random, 16).toUpperCase())
  const correlationId = hex(random, 16)
  const person = contextOf({ kind: 'LOCAL', id: pick(['local', 'ann'], random), name: 'A person' }, correlationId)
  const system = systemContext(correlationId)
  const app = random() < 0.3 ? null : pick(apps, random)
  const key = { idempotencyKey: random() < 0.5 ? null : 'k' }
  const tasks = Array.from({ length: Math.floor(random() * 5) }, (): PlannedTask => {
    return { taskId: hex(random, 16).toUpperCase(), agentId: pick(agentIds, random), app: app ?? 'apptest', correlationId }
  })
  const placed = tasks.map(({ taskId }, index): QueuedTask => {
    const parents = tasks.slice(0, index).filter(() => random() < 0.5)
    return { taskId, key: random() < 0.5 ? null : `ü${index}`, parents: parents.map((parent) => parent.taskId) }
  })
  const life: StreamPart[] = [
    { stream, event: { type: 'QueueCreated', data: { name: random() < 0.5 ? null : 'ü', app, ...key, requestHash: null } }, context: person },
  ]
  const queueId = stream.slice(queueStream('').length)
  for (const [index, task] of tasks.entries()) {
    const { agentId, app: ofTask } = task
    life.push(requested(task, 'QUEUE', { queueId, parents: placed[index]?.parents ?? [] }), {
      stream: taskStream(task.taskId),
      event: { type: 'TaskWaiting', data: { agentId, app: ofTask, attempt: 1, reason: 'QUEUE', notBefore: null, startBefore: null } },
      context: person,
    })
  }
  if (tasks.length > 0) life.push({ stream, event: { type: 'QueueTasksAdded', data: { tasks: placed, ...key, requestHash: 'h' } }, context: person })
  const isStopped = random() < 0.3
  if (!isStopped || random() < 0.5) life.push({ stream, event: { type: 'QueueCommitted', data: key }, context: person })
  const stop = { cancelRunning: random() < 0.5, reason: 'ü', ...key }
  if (isStopped) life.push({ stream, event: { type: 'QueueStopRequested', data: stop }, context: person })
  let isFailed = false
  for (const task of tasks) {
    const about = { agentId: task.agentId, app: task.app }
    const failure = { code: isStopped ? 'QUEUE_STOPPED' : 'PARENT_NOT_SUCCEEDED', message: 'ü' }
    if (isStopped || isFailed)
      life.push({ stream: taskStream(task.taskId), event: { type: 'TaskSkipped', data: { ...about, failure } }, context: system })
    else {
      isFailed = random() < 0.2
      life.push(...ran(task, !isFailed))
    }
  }
  const outcome = isStopped ? 'STOPPED' : isFailed ? 'FAILED' : 'SUCCEEDED'
  life.push({ stream, event: { type: 'QueueEnded', data: { outcome } }, context: system })
  return random() < 0.6 ? life : life.slice(0, 1 + Math.floor(random() * life.length))
}

/** A schedule that fires each hour, leaves instants out, is changed, paused and resumed, and ends or is deleted. */
export function scheduleLife(agentIds: readonly string[], random: () => number): StreamPart[] {
  const scheduleId = hex(random, 16).toUpperCase()
  const stream = scheduleStream(scheduleId)
  const correlationId = hex(random, 16)
  const person = contextOf({ kind: 'LOCAL', id: 'ann', name: 'A person' }, correlationId)
  const system = contextOf({ kind: 'SYSTEM', id: 'scheduler', name: null }, correlationId)
  const [agentId, app, rule] = [pick(agentIds, random), pick(apps, random), '0 0 * * * ?']
  const retry = random() < 0.5 ? null : ({ attempts: 2, delayMs: 1, factor: 1.5, maxDelayMs: 9, on: ['LOST'] } as const)
  const param = random() < 0.5 ? null : inlineValue('{"text":"\\u0000 字"}')
  const settings = scheduleSettings({ name: random() < 0.5 ? null : 'ü', rule, agent: agentId, agentId, app, retry, param })
  const key = { idempotencyKey: null }
  const isPaused = random() < 0.2
  const life: StreamPart[] = [
    { stream, event: { type: 'ScheduleCreated', data: { ...settings, isPaused, since: epoch, ...key, requestHash: null } }, context: person },
  ]
  let at = epoch
  const notFired = (hours: number, outcome: 'MISSED' | 'SKIPPED' | 'REFUSED') => {
    const data = { rule, timeZone: 'UTC', from: at + hourMs, before: at + hours * hourMs + 1, outcome, reason: `${outcome}: ü` }
    life.push({ stream, event: { type: 'ScheduleInstantsNotFired', data }, context: system })
    at += hours * hourMs
  }
  if (isPaused) {
    notFired(2, 'SKIPPED')
    life.push({ stream, event: { type: 'ScheduleResumed', data: { since: at + 1, ...key } }, context: person })
  }
  for (let rest = Math.floor(random() * 6); rest > 0; rest--) {
    const kind = random()
    if (kind < 0.5) {
      at += hourMs
      const task = { taskId: fireId(scheduleId, at), agentId, app, correlationId }
      life.push(requested(task, 'SCHEDULE', { scheduleId, fireAt: at }), ...ran(task, random() < 0.8))
    } else if (kind < 0.7) notFired(1 + Math.floor(random() * 50), pick(['MISSED', 'SKIPPED', 'REFUSED'], random))
    else if (kind < 0.8) {
      const task = { taskId: hex(random, 16).toUpperCase(), agentId, app, correlationId }
      life.push(requested(task, 'SCHEDULE', { scheduleId }))
    } else if (kind < 0.9) {
      life.push({ stream, event: { type: 'ScheduleChanged', data: { ...settings, misfire: 'SKIP', since: at, ...key } }, context: person })
    } else {
      life.push({ stream, event: { type: 'SchedulePaused', data: { at, ...key } }, context: person })
      notFired(3, 'SKIPPED')
      life.push({ stream, event: { type: 'ScheduleResumed', data: { since: at + 1, ...key } }, context: person })
    }
  }
  const isDeleted = random() < 0.3
  if (isDeleted) life.push({ stream, event: { type: 'ScheduleDeleted', data: { at, ...key } }, context: person })
  else if (random() < 0.4) life.push({ stream, event: { type: 'ScheduleEnded', data: { at } }, context: system })
  return life
}

/** A processor that is moved forwards, and sometimes back. */
export function processorLife(random: () => number): StreamPart[] {
  const [app, name] = [pick(apps, random), hex(random, 8)]
  const context = contextOf({ kind: 'LOCAL', id: 'ann', name: 'A person' }, hex(random, 16))
  const life: StreamPart[] = []
  let sequence = 0
  for (let move = 0; move < 3; move++) {
    const isBack = sequence > 0 && random() < 0.3
    sequence = isBack ? Math.floor(sequence * random()) : sequence + 1 + Math.floor(random() * 20)
    const data = { app, name, sequence, idempotencyKey: random() < 0.5 ? null : 'k' }
    const stream = processorAggregate.streamOf(processorId(app, name))
    life.push({ stream, event: { type: isBack ? 'ProcessorRewound' : 'ProcessorAdvanced', data }, context })
  }
  return life
}
