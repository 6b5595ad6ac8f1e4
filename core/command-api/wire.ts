import { z } from 'zod'
import { decodeEvent, encodeEvents } from '../eventing/encoded-event.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import type { RefusalCode } from '../foundation/codes.ts'
import { codes } from '../foundation/codes.ts'
import { isStorable } from '../foundation/text.ts'
import type { AgentAnswer, TaskAnswer } from './command-api.ts'

/** Paths of the internal HTTP of command-service; every call is a POST of JSON with the service secret as Bearer token. */
export const commandPaths = {
  runTasks: '/internal/v1/run-tasks',
  waitTasks: '/internal/v1/wait-tasks',
  cancelTask: '/internal/v1/cancel-task',
  removeAgent: '/internal/v1/remove-agent',
  head: '/internal/v1/head',
} as const

/** One HTTP request waits no longer for the end of tasks; who asked asks again for those that are pending. */
export const longestWaitMs = 30_000

const actorKinds = ['UNKNOWN', 'LOCAL', 'USER', 'AUTH_KEY', 'AGENT', 'SCHEDULE', 'SYSTEM'] as const

/** What events are found by: what a column would alter, nobody could ask for any more. A request's own texts are for the decision to refuse. */
const storableText = z.string().refine(isStorable, 'a NUL, or half a surrogate pair')

const caller = z.strictObject({
  actor: z.strictObject({ kind: z.enum(actorKinds), id: storableText, name: storableText.nullable() }),
  correlationId: storableText,
  metadata: z.record(storableText, storableText),
})

const runTaskRequest = z.strictObject({
  agent: z.string(),
  app: z.string(),
  func: z.string(),
  param: z.string().nullable(),
  proxy: z.string().nullable(),
  processor: z.boolean(),
  timeoutMs: z.number(),
  wait: z.boolean(),
  idempotencyKey: z.string().nullable(),
})

export const runTasksBody = z.strictObject({ caller, requests: z.array(runTaskRequest) })
export const waitTasksBody = z.strictObject({ taskIds: z.array(z.string()).min(1) })
export const cancelTaskBody = z.strictObject({
  caller,
  request: z.strictObject({ id: z.string(), reason: z.string().nullable(), idempotencyKey: z.string().nullable().default(null) }),
})

export const removeAgentBody = z.strictObject({
  caller,
  request: z.strictObject({ agent: z.string(), reason: z.string().nullable(), idempotencyKey: z.string().nullable() }),
})

const refusalCodes = Object.keys(codes).filter((code) => codes[code as keyof typeof codes].kind === 'refusal') as [RefusalCode, ...RefusalCode[]]

/** An event as the store keeps it: Avro in base64, so that no value changes on the way. */
const wireEvent = z.object({
  id: z.string(),
  type: z.string(),
  stream: z.string(),
  version: z.number(),
  position: z.string(),
  recordedAt: z.number(),
  context: z.base64(),
  data: z.base64(),
})

const wireRefusal = z.object({ code: z.enum(refusalCodes), message: z.string(), field: z.string().nullable() })

const wireAnswer = z.union([
  z.object({ taskId: z.string(), position: z.string(), events: z.array(wireEvent), refusal: z.null(), isPending: z.boolean() }),
  z.object({ taskId: z.null(), refusal: wireRefusal, isPending: z.literal(false) }),
])

export const agentAnswerBody = z.union([
  z.object({ agentId: z.string(), position: z.string(), events: z.array(wireEvent), refusal: z.null() }),
  z.object({ agentId: z.null(), refusal: wireRefusal }),
])
export type WireAgentAnswer = z.infer<typeof agentAnswerBody>

export const headBody = z.object({ position: z.string() })

export const answersBody = z.object({ answers: z.array(wireAnswer) })
export type WireAnswer = z.infer<typeof wireAnswer>

/** `isPending`: its end was to be waited for, and has not come yet. */
export function answerToWire(answer: TaskAnswer, isPending: boolean): WireAnswer {
  if (answer.refusal) return { taskId: null, refusal: answer.refusal, isPending: false }
  const { taskId, position, events } = answer
  return { taskId, position, events: eventsToWire(events), refusal: null, isPending }
}

export function answerFromWire(answer: WireAnswer): TaskAnswer {
  if (answer.refusal) return { taskId: null, events: [], position: null, refusal: answer.refusal }
  const { taskId, position, events } = answer
  return { taskId, position, events: events.map(eventFromWire), refusal: null }
}

export function agentAnswerToWire(answer: AgentAnswer): WireAgentAnswer {
  if (answer.refusal) return { agentId: null, refusal: answer.refusal }
  const { agentId, position, events } = answer
  return { agentId, position, events: eventsToWire(events), refusal: null }
}

export function agentAnswerFromWire(answer: WireAgentAnswer): AgentAnswer {
  if (answer.refusal) return { agentId: null, events: [], position: null, refusal: answer.refusal }
  const { agentId, position, events } = answer
  return { agentId, position, events: events.map(eventFromWire), refusal: null }
}

function eventsToWire(events: readonly RecordedEvent[]): z.infer<typeof wireEvent>[] {
  return encodeEvents(events).map(({ id, type, context, data }, index) => {
    const { stream, version, position, recordedAt } = events[index] as RecordedEvent
    return { id, type, stream, version, position, recordedAt, context: context.toString('base64'), data: data.toString('base64') }
  })
}

function eventFromWire({ id, type, stream, version, position, recordedAt, context, data }: z.infer<typeof wireEvent>): RecordedEvent {
  const decoded = decodeEvent(type, Buffer.from(context, 'base64'), Buffer.from(data, 'base64'), { stream, version })
  return { id, stream, version, position, recordedAt, ...decoded }
}
