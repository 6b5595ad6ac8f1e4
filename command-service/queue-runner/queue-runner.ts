import { queueAggregate, queueStream } from '@elves/core/domain/queue/queue.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { forReadable } from '@elves/core/eventing/for-readable.ts'
import type { ProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import type { WakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import type { EventContext, TaskFailure } from '@elves/schemas/generated/types.ts'
import { contextOfPart } from '../tasks/system-context.ts'
import type { TaskRequests } from '../tasks/task-requests.ts'
import type { QueueRowPhase } from './queue-changes.ts'
import type { DueTask, FinishedQueue, QueueTasks } from './queue-tasks-table.ts'

export interface QueueRunnerOptions {
  readonly queues: Aggregates
  readonly tasks: QueueTasks
  readonly requests: Pick<TaskRequests, 'release' | 'skip' | 'cancel'>
  readonly wakeUp: WakeUpCall
  /** Resolves when the tables have all that is in the log as of now. */
  caughtUp(): Promise<void>
  /** Called after each look: whether the end of any task may be news. */
  running(areRunning: boolean): void
}

const name = 'queue-runner'
/** How often to look where nothing wakes it. */
const intervalMs = 5_000
/** Tasks of one step: their events are one append. */
const atOnce = 1_000
const queuesAtOnce = 100
const removedAtOnce = 5_000

/**
 * The process manager of queues. Its tables have all of the log before each look and say what is due; the streams of the tasks and of
 * the queue decide what is done, and each step that is repeated does nothing. So nothing is lost or done twice by an owner that dies
 * between two steps, or by two owners.
 */
export function queueRunner(options: QueueRunnerOptions): ProcessManager {
  const { tasks, wakeUp, caughtUp, running } = options
  return {
    name,
    intervalMs,
    wakeUp,
    clockMoved: async () => undefined,
    async act() {
      await caughtUp()
      const phases = await tasks.phases()
      // Said before the look: the end of a task that comes meanwhile has to wake the next one.
      running(phases.has('RUNNING') || phases.has('STOPPING'))
      const isDone = await look(options, phases)
      const removed = phases.has('ENDED') ? await tasks.removeEnded(removedAtOnce) : 0
      return isDone || removed > 0
    },
  }
}

/** Does one step of everything that is due; returns false if nothing was. */
async function look({ tasks, requests, queues }: QueueRunnerOptions, phases: ReadonlySet<QueueRowPhase>): Promise<boolean> {
  const ofStopped = phases.has('STOPPING')
  const ofRunning = phases.has('RUNNING')
  const skip = <Due extends DueTask>(due: readonly Due[], failureOf: (one: Due) => TaskFailure) =>
    byCorrelation(due, (some, context) =>
      requests.skip(
        some.map((one) => ({ taskId: one.taskId, failure: failureOf(one) })),
        context,
      ),
    )
  const end = async ({ queueId, correlationId, outcome }: FinishedQueue) => {
    const [stream, context] = [queueStream(queueId), contextOfPart(name, correlationId)]
    await queues.handle({ aggregate: queueAggregate, stream, commands: [{ type: 'EndQueue', outcome }], context })
  }
  const steps = [
    await skip(ofStopped ? await tasks.waitingOfStopped(atOnce) : [], ({ reason }) => stoppedBy(reason)),
    await byCorrelation(ofStopped ? await tasks.runningOfStopped(atOnce) : [], (some, context) =>
      requests.cancel(idsOf(some), some[0]?.reason ?? null, context),
    ),
    await skip(await tasks.leftBehind(atOnce), () => neverAdded),
    await skip(ofRunning ? await tasks.hanging(atOnce) : [], ({ failedAbove }) => failed(failedAbove)),
    await byCorrelation(ofRunning ? await tasks.ready(atOnce) : [], (some, context) => requests.release(idsOf(some), context)),
    await doneOf(ofRunning || ofStopped ? await tasks.finished(queuesAtOnce) : [], async (some) => void (await Promise.all(some.map(end)))),
  ]
  return steps.some((done) => done > 0)
}

/** Returns for how many something was done: what hangs on an event that can not be read is left for later. */
async function doneOf<Due>(due: readonly Due[], act: (some: readonly Due[]) => Promise<void>): Promise<number> {
  return due.length - (await forReadable(due, act)).length
}

/** The events of a queue's tasks have the correlation of the queue. Returns for how many something was done. */
async function byCorrelation<Due extends DueTask>(
  due: readonly Due[],
  act: (some: readonly Due[], context: EventContext) => Promise<void>,
): Promise<number> {
  let done = 0
  for (const [correlationId, all] of Map.groupBy(due, (one) => one.correlationId)) {
    done += await doneOf(all, (some) => act(some, contextOfPart(name, correlationId)))
  }
  return done
}

function idsOf(tasks: readonly DueTask[]): readonly string[] {
  return tasks.map(({ taskId }) => taskId)
}

function stoppedBy(reason: string | null): TaskFailure {
  return { code: 'QUEUE_STOPPED', message: `the queue was stopped while the task waited${reason === null ? '' : `: ${reason}`}` }
}

const neverAdded: TaskFailure = {
  code: 'QUEUE_STOPPED',
  message: 'the call that asked for the task was not completed before the queue was committed or stopped',
}

function failed(taskId: string): TaskFailure {
  return { code: 'PARENT_NOT_SUCCEEDED', message: `task ${taskId} had to succeed first, and did not` }
}
