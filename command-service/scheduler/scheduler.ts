import { randomUUID } from 'node:crypto'
import type { Refusal } from '@elves/core/command-api/command.ts'
import { decideDue, refusedFire } from '@elves/core/domain/schedule/due.ts'
import { fireId } from '@elves/core/domain/schedule/fire-id.ts'
import { type ScheduleCommand, scheduleAggregate, scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { forReadable } from '@elves/core/eventing/for-readable.ts'
import type { Fence } from '@elves/core/eventing/process-managers/due-table.ts'
import type { Look } from '@elves/core/eventing/process-managers/poll.ts'
import type { ProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import type { WakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import { chunks } from '@elves/core/foundation/chunks.ts'
import type { Actor, EventContext, ScheduleInstantsNotFired } from '@elves/schemas/generated/types.ts'
import { onBehalfOf } from '../task-limits/limited-by.ts'
import { contextOfPart } from '../tasks/system-context.ts'
import type { TaskAsked, TaskRequests } from '../tasks/task-requests.ts'
import type { AllowedFires } from './allowed-fires.ts'
import type { ChangedSchedules } from './changed-schedules.ts'
import type { DuePeriod, SchedulePeriods } from './periods-table.ts'
import { previousFires } from './previous-fires.ts'
import { scheduledTask } from './scheduled-task.ts'
import type { WaitingSchedules } from './waiting-schedules.ts'

export interface SchedulerOptions {
  readonly store: Pick<EventStore, 'readStreams'>
  readonly schedules: Aggregates
  readonly periods: SchedulePeriods
  readonly requests: Pick<TaskRequests, 'request'>
  /** Who lets a schedule fire may have lost what it takes. */
  readonly allowed: AllowedFires
  /** Schedules that wait for the end of a task. */
  readonly waiting: WaitingSchedules
  readonly changed: ChangedSchedules
  readonly wakeUp: WakeUpCall
  /** Throws LEASE_LOST if another instance is the owner now. */
  checkOwner(fence: Fence): Promise<void>
  /** Resolves when the table of periods has all that is in the log as of now. */
  caughtUp(): Promise<void>
}

const name = 'scheduler'
/** Longest sleep: so late a step of the clock is noticed. */
const intervalMs = 10_000
/** Schedules of one look, and of one append. */
const atOnce = 10_000
const appendedAtOnce = 1_000
/** Appends of one look that are asked for before the first is answered: what agents report meanwhile takes its turns between them. */
const appendsUnderWay = 3
/** Longest time in which what a look found due is dealt with as of that look. */
const burstMs = 5_000
/** An owner that stood still for so long between two steps looks again: its lease may be another's. */
const stalledMs = 2_000

/** What is to be written about one schedule. */
interface Step {
  readonly period: DuePeriod
  readonly notFired: ScheduleInstantsNotFired | null
  readonly fire: number | null
}

/**
 * The process manager of schedules. It sleeps until the next instant of any schedule, and makes the tasks of those that are due. The
 * table says what is due, and has all of the log before each look; the task's id, made of schedule and instant, makes a fire happen
 * once, whoever asks for it. What does not fire is recorded before anything later fires.
 */
export function scheduler(options: SchedulerOptions): ProcessManager {
  const { periods, waiting, changed, wakeUp, caughtUp } = options
  /** What a look found due is judged as of that look, however long its tasks take to be requested. */
  let burstSince: number | null = null

  async function act({ clock }: Look, fence: Fence): Promise<boolean | number> {
    const lookedAtMs = performance.now()
    changed.forget()
    await caughtUp()
    if (burstSince !== null && clock.ms - burstSince > burstMs) burstSince = null
    const now = burstSince ?? clock.ms
    const { periods: due, hasMore } = await periods.due(now, waiting.schedules(), atOnce)
    const steps = await decided(due, now)
    const isDone = await carriedOut(options, steps, fence)
    burstSince = hasMore ? now : null
    if (!isDone || steps.length > 0 || hasMore) return true
    if (await ended(options, clock.ms)) return true
    const next = await periods.next(waiting.schedules())
    if (next === null) return intervalMs
    return Math.max(1, next - clock.ms - (performance.now() - lookedAtMs))
  }

  async function decided(due: readonly DuePeriod[], now: number): Promise<readonly Step[]> {
    const previous = await previousFires(options.store, due)
    const unreadable = due.length === 0 ? new Set() : await periods.unreadableTasks()
    return due.flatMap((period) => {
      const { scheduleId, settings, next, until } = period
      // It is not known whether this instant has fired.
      const taskId = unreadable.size === 0 ? '' : fireId(scheduleId, next)
      if (unreadable.has(taskId)) {
        waiting.add(scheduleId, taskId)
        return []
      }
      const fire = previous.get(scheduleId)
      if (fire === null) {
        waiting.add(scheduleId, period.lastTaskId ?? '')
        return []
      }
      const decision = decideDue({ settings, next, until, previous: fire ?? null }, now)
      if (decision.notFired === null && decision.fire === null) {
        if (fire) waiting.add(scheduleId, fire.taskId)
        return []
      }
      return [{ period, ...decision }]
    })
  }

  return { name, intervalMs, wakeUp, clockMoved: async () => undefined, act }
}

/**
 * The earliest first, and those of one instant by their agents: then an agent gets what is due at once in one frame, and answers in one,
 * instead of one for each append.
 */
function inOrder(one: Step, other: Step): number {
  const [a, b] = [one.period.settings.agent, other.period.settings.agent]
  return one.period.next - other.period.next || (a < b ? -1 : a > b ? 1 : 0)
}

/**
 * Does the steps, the earliest first. Resolves with false if it stood still in between: then all is looked at again, as is a schedule
 * that somebody changed, paused or deleted since the look.
 */
async function carriedOut(options: SchedulerOptions, steps: readonly Step[], fence: Fence): Promise<boolean> {
  const { changed, checkOwner } = options
  const underWay: Promise<boolean>[] = []
  try {
    for (const [index, some] of [...chunks(steps.toSorted(inOrder), appendedAtOnce)].entries()) {
      const beganMs = performance.now()
      if (index > 0) await checkOwner(fence)
      const unchanged = some.filter(({ period }) => !changed.has(period.scheduleId))
      const carrying = someCarriedOut(options, unchanged, beganMs)
      // It is awaited below, and may fail before that.
      carrying.catch(() => undefined)
      underWay.push(carrying)
      if (underWay.length === appendsUnderWay && !(await underWay.shift())) return false
    }
    return (await Promise.all(underWay)).every(Boolean)
  } finally {
    await Promise.allSettled(underWay)
  }
}

/** Records what did not fire, then makes the tasks: they are one append. */
async function someCarriedOut(
  { schedules, requests, waiting, allowed }: SchedulerOptions,
  steps: readonly Step[],
  beganMs: number,
): Promise<boolean> {
  const notFired = steps.flatMap(({ period, notFired: range }) => (range ? [{ period, range }] : []))
  await recordNotFired(schedules, notFired)
  const due = steps.flatMap(({ period, fire }) => (fire === null ? [] : [{ period, fire }]))
  const makers = await allowed.of(due.map(({ period }) => period))
  const fires = due.flatMap((one, index) => (makers[index]?.refusal ? [] : [{ ...one, maker: makers[index]?.maker ?? null }]))
  const forbidden = due.flatMap(({ period, fire }, index) => {
    const refusal = makers[index]?.refusal
    return refusal ? [{ period, range: refusedFire(period.settings, fire, refusal.code, refusal.message) }] : []
  })
  await recordNotFired(schedules, forbidden)
  if (performance.now() - beganMs > stalledMs) return false
  if (fires.length === 0) return true
  const asked = fires.map(({ period, fire, maker }): TaskAsked => {
    const { scheduleId, settings } = period
    const task = scheduledTask({ taskId: fireId(scheduleId, fire), scheduleId, settings, fireAt: fire })
    return { task, context: contextOf(scheduleId, settings.name, maker), hold: false }
  })
  const refusals = new Map<TaskAsked, Refusal | null>()
  const left = await forReadable(asked, async (some) => {
    const answers = await requests.request(some)
    for (const [index, one] of some.entries()) refusals.set(one, answers[index] ?? null)
  })
  // Their task, agent or app can not be read. It is not known whether the instant has fired, so the schedule waits.
  for (const { task } of left) waiting.add(task.scheduleId ?? '', task.taskId)
  const refused = fires.flatMap(({ period, fire }, index) => {
    const refusal = refusals.get(asked[index] as TaskAsked)
    return refusal ? [{ period, range: refusedFire(period.settings, fire, refusal.code, refusal.message) }] : []
  })
  await recordNotFired(schedules, refused)
  return true
}

interface NotFired {
  readonly period: DuePeriod
  readonly range: ScheduleInstantsNotFired
}

async function recordNotFired(schedules: Aggregates, ranges: readonly NotFired[]): Promise<void> {
  await handle(
    schedules,
    ranges.map(({ period, range }) => ({ scheduleId: period.scheduleId, command: { type: 'RecordNotFired', range } })),
  )
}

/** Ends schedules without a further instant; returns true if it ended one. */
async function ended({ periods, schedules }: SchedulerOptions, now: number): Promise<boolean> {
  const over = await periods.over(atOnce)
  const written = await handle(
    schedules,
    over.map((scheduleId) => ({ scheduleId, command: { type: 'EndSchedule', now } })),
  )
  return written > 0
}

/** Returns the number of written events. */
async function handle(
  schedules: Aggregates,
  commands: readonly { readonly scheduleId: string; readonly command: ScheduleCommand }[],
): Promise<number> {
  if (commands.length === 0) return 0
  const handled = await schedules.handleMany(
    commands.map(({ scheduleId, command }) => ({
      aggregate: scheduleAggregate,
      stream: scheduleStream(scheduleId),
      commands: [command],
      context: contextOfPart(name, randomUUID()),
    })),
  )
  return handled.reduce((sum, { recorded }) => sum + recorded.length, 0)
}

function contextOf(scheduleId: string, scheduleName: string | null, maker: Actor | null): EventContext {
  const metadata = maker ? onBehalfOf(maker) : {}
  return { actor: { kind: 'SCHEDULE', id: scheduleId, name: scheduleName }, correlationId: randomUUID(), causationId: null, metadata }
}
