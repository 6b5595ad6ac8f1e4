import type { Actor, ProcessExit, TaskOutput, Value } from '@elves/schemas/generated/types.ts'
import { noTaskOptions, type TaskOptions } from '../../domain/task/options.ts'
import { hasEnded } from '../../domain/task/state.ts'
import { formatPosition } from '../../eventing/position.ts'
import type { TaskStateName, TaskView } from './task-view.ts'

/** A row of `tasks` as pg reads it. */
export interface TaskRow {
  readonly id: string
  readonly requested_sequence: string
  readonly sequence: string
  readonly version: number
  readonly state: TaskStateName
  readonly kind: TaskView['kind']
  readonly agent_id: string
  readonly app: string
  readonly requested_at: string
  readonly correlation_id: string
  readonly request: string
  readonly progress: string
}

const shortColumns = 'id, requested_sequence, sequence, version, state, kind, agent_id, app, requested_at, correlation_id'
export const taskColumns = `${shortColumns}, request, progress`
/**
 * Columns that later events change, and short ones. Without the request, because a batch may touch thousands of tasks with
 * large parameters.
 */
export const progressColumns = `${shortColumns}, '{"requestedBy":{}}' as request, progress`

type Request = Pick<TaskView, 'agentIp' | 'func' | 'param' | 'proxy' | 'processor' | 'timeoutMs' | 'requestedBy' | keyof TaskOptions>
type Times = Pick<TaskView, 'dispatchedAt' | 'acknowledgedAt' | 'startedAt' | 'cancelRequestedAt' | 'endedAt'>

/** What a field is that the JSON leaves out: most tasks have these values, and there are many tasks. */
const usualRequest = { param: null, proxy: null, processor: false, timeoutMs: 0, ...noTaskOptions }
const usualOutput = { truncated: false, sha256: null, altered: false, printed: null, exit: null }
const usualExit: ProcessExit = { code: 0, signal: null, standardError: '', standardErrorBytes: 0 }
const usualValue = { inline: null, encrypted: null, reference: null }

type RequestJson = Omit<Request, keyof typeof usualRequest | 'requestedBy'> &
  Partial<Omit<Request, 'requestedBy'>> & { readonly requestedBy: Pick<Actor, 'kind' | 'id'> & { readonly name?: string } }
type OutputJson = Omit<TaskOutput, keyof typeof usualOutput> & Partial<Omit<TaskOutput, 'exit'>> & { readonly exit?: Partial<ProcessExit> | null }

interface ProgressJson extends Pick<TaskView, 'attempt'> {
  /** Of {@link Times}, in their order; ms since the request. */
  readonly times: readonly (number | null)[]
  readonly output?: OutputJson
  readonly failure?: TaskView['failure']
  readonly wait?: TaskView['wait']
  readonly processing?: TaskView['processing']
  readonly guards?: TaskView['guards']
  /** `state` is its first field: an index goes by the text. */
  readonly approval?: TaskView['approval']
}

export function taskViewOfRow(row: TaskRow, logId: string): TaskView {
  const { requestedBy, param, ...request } = JSON.parse(row.request) as RequestJson
  const {
    times,
    output,
    failure = null,
    wait = null,
    processing = null,
    guards = [],
    approval = null,
    attempt,
  } = JSON.parse(row.progress) as ProgressJson
  const requestedAt = Number(row.requested_at)
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    agentId: row.agent_id,
    app: row.app,
    ...usualRequest,
    ...request,
    param: param ? valueOfJson(param) : null,
    requestedAt,
    ...timesOf(requestedAt, times),
    attempt,
    requestedBy: { name: null, ...requestedBy },
    output: output ? outputOfJson(output) : null,
    failure,
    wait,
    processing,
    guards,
    approval,
    correlationId: row.correlation_id,
    version: row.version,
    position: formatPosition(logId, Number(row.sequence)),
  }
}

function timesOf(requestedAt: number, times: ProgressJson['times']): Times {
  const [dispatchedAt, acknowledgedAt, startedAt, cancelRequestedAt, endedAt] = times.map((since) => (since === null ? null : requestedAt + since))
  return {
    dispatchedAt: dispatchedAt ?? null,
    acknowledgedAt: acknowledgedAt ?? null,
    startedAt: startedAt ?? null,
    cancelRequestedAt: cancelRequestedAt ?? null,
    endedAt: endedAt ?? null,
  }
}

/** Returns the JSON of the fields that never change after the request. */
export function requestJson(view: TaskView): string {
  const { agentIp, func, param, proxy, processor, timeoutMs, requestedBy } = view
  const { kind, id, name } = requestedBy
  const by = { kind, id, ...(name !== null && { name }) }
  const usual = unusual({ param: jsonOfValue(param), proxy, processor, timeoutMs }, usualRequest)
  return JSON.stringify({ agentIp, func, ...usual, ...optionsOf(view), requestedBy: by })
}

function optionsOf({ startWithinMs, retry, queueId, scheduleId, cronId, fireAt, parents }: TaskView): Partial<TaskOptions> {
  return {
    ...(startWithinMs > 0 && { startWithinMs }),
    ...(retry && { retry }),
    ...(queueId !== null && { queueId }),
    ...(scheduleId !== null && { scheduleId }),
    ...(cronId !== null && { cronId }),
    ...(fireAt !== null && { fireAt }),
    ...(parents.length > 0 && { parents }),
  }
}

/** Returns the JSON of the fields that later events change. */
export function progressJson(view: TaskView): string {
  const { attempt, requestedAt, dispatchedAt, acknowledgedAt, startedAt, cancelRequestedAt, endedAt, output, failure, wait, processing } = view
  const { guards, approval } = view
  const times = [dispatchedAt, acknowledgedAt, startedAt, cancelRequestedAt, endedAt].map((at) => (at === null ? null : at - requestedAt))
  const told = { ...(output && { output: outputOf(output) }), ...(failure && { failure }), ...(wait && { wait }), ...(processing && { processing }) }
  const guarded = { ...(guards.length > 0 && { guards }), ...(approval && { approval: approvalInOrder(approval) }) }
  const progress: ProgressJson = { attempt, times, ...told, ...guarded }
  return JSON.stringify(progress)
}

function approvalInOrder({ state, ...rest }: NonNullable<TaskView['approval']>): NonNullable<TaskView['approval']> {
  return { state, ...rest }
}

function outputOf({ workerFlag, message, costMs, truncated, byteCount, sha256, altered, printed, exit }: TaskOutput): OutputJson {
  const always = { workerFlag, message: jsonOfValue(message), costMs, truncated, byteCount, sha256, altered, printed, exit: exit && exitOf(exit) }
  return unusual(always, usualOutput) as OutputJson
}

function exitOf({ code, signal, standardError, standardErrorBytes }: ProcessExit): Partial<ProcessExit> {
  return unusual({ code, signal, standardError, standardErrorBytes }, { ...usualExit })
}

function outputOfJson({ exit, ...output }: OutputJson): TaskOutput {
  return { ...usualOutput, ...output, message: valueOfJson(output.message), exit: exit ? { ...usualExit, ...exit } : null }
}

/** Returns the fields that do not have their usual value, in their order. */
function unusual<Fields extends object>(fields: Fields, usual: Readonly<Record<string, unknown>>): Partial<Fields> {
  const entries = Object.entries(fields).filter(([name, value]) => !(name in usual) || value !== usual[name])
  return Object.fromEntries(entries) as Partial<Fields>
}

/** Returns the state of a task that has ended, otherwise null. The index of ended tasks is over this value. */
export function endStateOf(state: TaskStateName): TaskStateName | null {
  return hasEnded(state) ? state : null
}

/** Returns the one field of a value that is set, with the bytes of an encrypted value in base64, because JSON has no bytes. */
function jsonOfValue<V extends Value | null>(value: V): V {
  if (value === null) return value
  if (!value.encrypted) return unusual(value, usualValue) as V
  const { keyId, algorithm, nonce, ciphertext } = value.encrypted
  return { encrypted: { keyId, algorithm, nonce: base64(nonce), ciphertext: base64(ciphertext) } } as unknown as V
}

function valueOfJson(json: Partial<Value>): Value {
  const value: Value = { ...usualValue, ...json }
  if (!value.encrypted) return value
  const { nonce, ciphertext } = value.encrypted as unknown as Record<'nonce' | 'ciphertext', string>
  return { ...value, encrypted: { ...value.encrypted, nonce: Buffer.from(nonce, 'base64'), ciphertext: Buffer.from(ciphertext, 'base64') } }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
