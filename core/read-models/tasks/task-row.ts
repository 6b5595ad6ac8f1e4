import type { TaskOutput, Value } from '@elves/schemas/generated/types.ts'
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
export const progressColumns = `${shortColumns}, '{}' as request, progress`

type Request = Pick<TaskView, 'agentIp' | 'func' | 'param' | 'proxy' | 'processor' | 'timeoutMs' | 'requestedBy'>
type Times = Pick<TaskView, 'attempt' | 'dispatchedAt' | 'acknowledgedAt' | 'startedAt' | 'cancelRequestedAt' | 'endedAt'>
/**
 * Rows of the first release lack these fields, so they are only written if they have a value. Thus a row of that release
 * equals the row that a rebuild makes.
 */
type RowOutput = Omit<TaskOutput, 'altered' | 'printed'> & Partial<Pick<TaskOutput, 'altered' | 'printed'>>
type Progress = Times & Pick<TaskView, 'failure'> & { readonly output: RowOutput | null }

export function taskViewOfRow(row: TaskRow, logId: string): TaskView {
  const request = JSON.parse(row.request) as Request
  const progress = JSON.parse(row.progress) as Progress
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    agentId: row.agent_id,
    app: row.app,
    ...request,
    param: valueOfJson(request.param),
    requestedAt: Number(row.requested_at),
    ...progress,
    output: progress.output && { altered: false, printed: null, ...progress.output, message: valueOfJson(progress.output.message) },
    correlationId: row.correlation_id,
    version: row.version,
    position: formatPosition(logId, Number(row.sequence)),
  }
}

/** Returns the JSON of the fields that never change after the request. */
export function requestJson({ agentIp, func, param, proxy, processor, timeoutMs, requestedBy }: TaskView): string {
  const request: Request = { agentIp, func, param: jsonOfValue(param), proxy, processor, timeoutMs, requestedBy }
  return JSON.stringify(request)
}

/** Returns the JSON of the fields that later events change. */
export function progressJson(view: TaskView): string {
  const { attempt, dispatchedAt, acknowledgedAt, startedAt, cancelRequestedAt, endedAt, failure } = view
  const output = view.output && rowOutput(view.output)
  const progress: Progress = { attempt, dispatchedAt, acknowledgedAt, startedAt, cancelRequestedAt, endedAt, output, failure }
  return JSON.stringify(progress)
}

function rowOutput(output: TaskOutput): RowOutput {
  const { workerFlag, message, costMs, truncated, byteCount, sha256, altered, printed } = output
  const always = { workerFlag, message: jsonOfValue(message), costMs, truncated, byteCount, sha256 }
  return { ...always, ...(altered && { altered }), ...(printed !== null && { printed }) }
}

/** Returns the state of a task that has ended, otherwise null. The index of ended tasks is over this value. */
export function endStateOf(state: TaskStateName): TaskStateName | null {
  return hasEnded(state) ? state : null
}

/** Returns the value with the bytes of an encrypted value in base64, because JSON has no bytes. */
function jsonOfValue<V extends Value | null>(value: V): V {
  if (!value?.encrypted) return value
  const { keyId, algorithm, nonce, ciphertext } = value.encrypted
  return { ...value, encrypted: { keyId, algorithm, nonce: base64(nonce), ciphertext: base64(ciphertext) } }
}

function valueOfJson<V extends Value | null>(value: V): V {
  if (!value?.encrypted) return value
  const { nonce, ciphertext } = value.encrypted as unknown as Record<'nonce' | 'ciphertext', string>
  return { ...value, encrypted: { ...value.encrypted, nonce: Buffer.from(nonce, 'base64'), ciphertext: Buffer.from(ciphertext, 'base64') } }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
