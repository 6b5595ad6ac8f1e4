import type { Actor } from '@elves/schemas/generated/types.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import type { Position } from '../eventing/position.ts'
import type { RefusalCode } from '../foundation/codes.ts'

/** Who asks, and what ties the request to its consequences. */
export interface Caller {
  readonly actor: Actor
  readonly correlationId: string
  /** Goes into the metadata of each event: `traceparent`, where the request had one. */
  readonly metadata: Readonly<Record<string, string>>
}

export interface RunTaskRequest {
  /** Agent id, or its ip. */
  readonly agent: string
  readonly app: string
  readonly func: string
  /** JSON text, byte for byte as it came; null for none. */
  readonly param: string | null
  readonly proxy: string | null
  readonly processor: boolean
  /** Run timeout in ms; 0 is none. */
  readonly timeoutMs: number
  /** Answer when the task has ended, else when it is durably requested. */
  readonly wait: boolean
  /** Same actor, key and request: the same task. */
  readonly idempotencyKey: string | null
}

export interface CancelTaskRequest {
  readonly id: string
  readonly reason: string | null
  /** The same key: the same cancel, answered with the task also where it has ended meanwhile. */
  readonly idempotencyKey?: string | null
}

export interface RemoveAgentRequest {
  /** Agent id, or its ip. */
  readonly agent: string
  readonly reason: string | null
  /** The same key: the same removal, also where the agent has come back meanwhile. */
  readonly idempotencyKey: string | null
}

export interface Refusal {
  readonly code: RefusalCode
  readonly message: string
  readonly field: string | null
}

/** The whole stream of the task as of now, from the write side, or why nothing was done. */
export type TaskAnswer =
  | { readonly taskId: string; readonly events: readonly RecordedEvent[]; readonly position: Position; readonly refusal: null }
  | { readonly taskId: null; readonly events: readonly []; readonly position: null; readonly refusal: Refusal }

/** The event that removed the agent, and the last position that was written, or why nothing was done. */
export type AgentAnswer =
  | { readonly agentId: string; readonly events: readonly RecordedEvent[]; readonly position: Position; readonly refusal: null }
  | { readonly agentId: null; readonly events: readonly []; readonly position: null; readonly refusal: Refusal }

/**
 * Port of the write side, as query-service sees it: in the same process, or over HTTP. Rejects with an ElvesError:
 * STORE_UNAVAILABLE, COMMAND_SERVICE_UNAVAILABLE, SHUTTING_DOWN, OVERLOADED (each canRetry) or INTERNAL.
 */
export interface CommandApi {
  runTask(caller: Caller, request: RunTaskRequest): Promise<TaskAnswer>
  /** Each decided for itself; answers in order, when all are durable (and, where asked, ended). At most 1 000. */
  runTasks(caller: Caller, requests: readonly RunTaskRequest[]): Promise<readonly TaskAnswer[]>
  cancelTask(caller: Caller, request: CancelTaskRequest): Promise<TaskAnswer>
  /** Takes an agent that is not connected off the list, and calls its open tasks lost. */
  removeAgent(caller: Caller, request: RemoveAgentRequest): Promise<AgentAnswer>
  /** Position of the last event, or of the point before the first. */
  head(): Promise<Position>
}
