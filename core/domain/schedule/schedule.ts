import type { ScheduleInstantsNotFired } from '@elves/schemas/generated/types.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decision, type Rejection, rejection } from '../decision.ts'
import { checkIdempotencyKey } from '../task/request.ts'
import { checkSettings, nextInstant, type ScheduleSettings } from './settings.ts'

export type ScheduleEvent = EventOf<'schedule'>
export type SchedulePhase = 'NONE' | 'RUNNING' | 'PAUSED' | 'ENDED' | 'DELETED'

export interface ScheduleState {
  readonly phase: SchedulePhase
  readonly settings: ScheduleSettings | null
  readonly requestHash: string | null
  /** Instants after it belong to the pause; null: not paused. */
  readonly pausedSince: number | null
  /** The ranges that were recorded as not fired, the last of them: two owners of the scheduler may record the same one. */
  readonly notFired: readonly Range[]
}

/** From `from` on, and before `before`. */
export interface Range {
  readonly from: number
  readonly before: number
}

const rangesKept = 32

interface Asked {
  readonly idempotencyKey: string | null
  /** ms since the epoch, on the center's clock. */
  readonly now: number
}

export interface CreateSchedule extends Asked {
  readonly type: 'CreateSchedule'
  readonly settings: ScheduleSettings
  readonly isPaused: boolean
  readonly requestHash: string | null
}

/** What is absent stays as it is. */
export interface ChangeSchedule extends Asked {
  readonly type: 'ChangeSchedule'
  readonly changes: Partial<ScheduleSettings>
}

export interface PauseSchedule extends Asked {
  readonly type: 'PauseSchedule'
}

export interface ResumeSchedule extends Asked {
  readonly type: 'ResumeSchedule'
}

export interface DeleteSchedule extends Asked {
  readonly type: 'DeleteSchedule'
}

/** Sent by the scheduler when there is no instant after `now`. Does nothing if there is one. */
export interface EndSchedule {
  readonly type: 'EndSchedule'
  readonly now: number
}

/** Sent by the scheduler. What was recorded already is not recorded again. */
export interface RecordNotFired {
  readonly type: 'RecordNotFired'
  readonly range: ScheduleInstantsNotFired
}

export type ScheduleCommand = CreateSchedule | ChangeSchedule | PauseSchedule | ResumeSchedule | DeleteSchedule | EndSchedule | RecordNotFired

const initialState: ScheduleState = { phase: 'NONE', settings: null, requestHash: null, pausedSince: null, notFired: [] }

function decide(command: ScheduleCommand, state: ScheduleState): Decision<ScheduleEvent> {
  switch (command.type) {
    case 'CreateSchedule':
      return create(command, state)
    case 'ChangeSchedule':
      return onLiving(command, state, (settings) => change(command, state, settings))
    case 'PauseSchedule':
      return onLiving(command, state, () => {
        const { now, idempotencyKey } = command
        return state.phase === 'RUNNING' ? [{ type: 'SchedulePaused', data: { at: now, idempotencyKey } }] : []
      })
    case 'ResumeSchedule':
      return onLiving(command, state, (settings) => {
        const { now, idempotencyKey } = command
        if (state.phase !== 'PAUSED') return []
        return [...ofPause(state, settings, now), { type: 'ScheduleResumed', data: { since: now, idempotencyKey } }]
      })
    case 'DeleteSchedule':
      if (state.phase === 'DELETED') return []
      return onLiving(command, state, (settings) => {
        const { now, idempotencyKey } = command
        return [...ofPause(state, settings, now), { type: 'ScheduleDeleted', data: { at: now, idempotencyKey } }]
      })
    case 'EndSchedule':
      if (state.phase !== 'RUNNING' || !state.settings || nextInstant(state.settings, command.now) !== null) return []
      return [{ type: 'ScheduleEnded', data: { at: command.now } }]
    case 'RecordNotFired': {
      if (state.phase === 'NONE') return unknown()
      const from = state.notFired.reduce((first, one) => (one.from <= first && first < one.before ? one.before : first), command.range.from)
      return from < command.range.before ? [{ type: 'ScheduleInstantsNotFired', data: { ...command.range, from } }] : []
    }
  }
}

function create({ settings, isPaused, requestHash, idempotencyKey, now }: CreateSchedule, state: ScheduleState): Decision<ScheduleEvent> {
  if (state.phase !== 'NONE') {
    if (requestHash !== null && requestHash === state.requestHash) return []
    return rejection('IDEMPOTENCY_KEY_REUSED', 'this key made another schedule', 'idempotencyKey')
  }
  const refused = checkSettings(settings, now, idempotencyKey)
  return refused ?? [{ type: 'ScheduleCreated', data: { ...settings, isPaused, since: now, idempotencyKey, requestHash } }]
}

function change({ changes, idempotencyKey, now }: ChangeSchedule, state: ScheduleState, before: ScheduleSettings): Decision<ScheduleEvent> {
  const settings = { ...before, ...changes }
  const refused = checkSettings(settings, now, idempotencyKey)
  if (refused) return refused
  if (isSame(settings, before)) return []
  return [...ofPause(state, before, now), { type: 'ScheduleChanged', data: { ...settings, since: now, idempotencyKey } }]
}

function isSame(one: ScheduleSettings, other: ScheduleSettings): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

function sorted(settings: ScheduleSettings): unknown {
  return Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))
}

function onLiving(
  { idempotencyKey }: Asked,
  { phase, settings }: ScheduleState,
  then: (settings: ScheduleSettings) => Decision<ScheduleEvent>,
): Decision<ScheduleEvent> {
  if (phase === 'NONE' || !settings) return unknown()
  if (phase === 'DELETED') return rejection('SCHEDULE_DELETED', 'the schedule was deleted', 'schedule')
  return checkIdempotencyKey(idempotencyKey) ?? then(settings)
}

function unknown(): Rejection {
  return rejection('SCHEDULE_UNKNOWN', 'no schedule has this id', 'schedule')
}

/** The instants that passed in a pause. They are no misfires, but visible. */
function ofPause({ pausedSince }: ScheduleState, settings: ScheduleSettings, now: number): ScheduleEvent[] {
  if (pausedSince === null) return []
  const first = nextInstant(settings, pausedSince)
  if (first === null || first > now) return []
  const { rule, timeZone } = settings
  const before = Math.min(now, settings.endsAt ?? now) + 1
  const data = { rule, timeZone, from: first, before, outcome: 'SKIPPED', reason: 'PAUSED: the schedule was paused' } as const
  return [{ type: 'ScheduleInstantsNotFired', data }]
}

function evolve(state: ScheduleState, event: ScheduleEvent): ScheduleState {
  switch (event.type) {
    case 'ScheduleCreated': {
      const { isPaused, since, idempotencyKey: _key, requestHash, ...settings } = event.data
      const phase = isPaused ? 'PAUSED' : 'RUNNING'
      return { phase, settings, requestHash, pausedSince: isPaused ? since : null, notFired: [] }
    }
    case 'ScheduleChanged': {
      const { since, idempotencyKey: _key, ...settings } = event.data
      const isPaused = state.phase === 'PAUSED'
      return { ...state, phase: isPaused ? 'PAUSED' : 'RUNNING', settings, pausedSince: isPaused ? since : null }
    }
    case 'SchedulePaused':
      return { ...state, phase: 'PAUSED', pausedSince: event.data.at }
    case 'ScheduleResumed':
      return { ...state, phase: 'RUNNING', pausedSince: null }
    case 'ScheduleDeleted':
      return { ...state, phase: 'DELETED', pausedSince: null }
    case 'ScheduleEnded':
      return { ...state, phase: 'ENDED' }
    case 'ScheduleInstantsNotFired':
      return { ...state, notFired: [...state.notFired, { from: event.data.from, before: event.data.before }].slice(-rangesKept) }
  }
}

const bytesOfSettings = 2_000

/** A rule that makes tasks again and again. */
export const scheduleAggregate = aggregate({
  name: 'schedule',
  prefix: 'schedule-',
  decider: { initialState, decide, evolve },
  stateBytes: ({ settings }) => bytesOfSettings + (settings?.param?.inline?.length ?? 0),
})
export const scheduleStream = scheduleAggregate.streamOf
