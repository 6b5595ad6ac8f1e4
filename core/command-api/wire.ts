import { asBuffer } from '@elves/schemas/codec/codec.ts'
import { z } from 'zod'
import { bytesOf, decodeEvent } from '../eventing/encoded-event.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import { codes, type RefusalCode } from '../foundation/codes.ts'
import { ElvesError } from '../foundation/errors.ts'
import { isStorable } from '../foundation/text.ts'
import type { AnyCommand, Caller, CommandAnswer, InputOf, RequestOf } from './command.ts'
import type { runTask } from './run-task.ts'

/** Paths of the internal HTTP API that are not commands. Every call is a POST of JSON with the service secret as Bearer token. */
export const internalPaths = {
  waitTasks: '/internal/v1/wait-tasks',
  head: '/internal/v1/head',
  identify: '/internal/v1/identify',
  lastUses: '/internal/v1/last-uses',
  personalKeys: '/internal/v1/personal-keys',
  noteAuthKeyUse: '/internal/v1/note-auth-key-use',
} as const

/** Longest time that one HTTP request waits for tasks to end. The caller asks again for the tasks that are pending. */
export const longestWaitMs = 30_000

const actorKinds = ['UNKNOWN', 'LOCAL', 'USER', 'AUTH_KEY', 'AGENT', 'SCHEDULE', 'SYSTEM'] as const

/**
 * Text that events are found by. A NUL or half a surrogate pair is refused here, because a column would alter it and nobody
 * could find the event any more. The texts of a request itself are refused by the decision instead.
 */
const storableText = z.string().refine(isStorable, 'a NUL, or half a surrogate pair')

const caller = z.strictObject({
  actor: z.strictObject({ kind: z.enum(actorKinds), id: storableText, name: storableText.nullable() }),
  scopes: z.array(z.string()).nullable().optional(),
  sessionId: z.string().nullable().optional(),
  correlationId: storableText,
  metadata: z.record(storableText, storableText),
})

/** Body of a call of a command. */
export function commandBody<Asked extends AnyCommand>(command: Asked): z.ZodType<{ caller: Caller; request: RequestOf<Asked> }> {
  return z.strictObject({ caller, request: command.request }) as unknown as z.ZodType<{ caller: Caller; request: RequestOf<Asked> }>
}

/** The requests are checked where they are carried out. */
export const runTasksBody = z.strictObject({ caller, requests: z.array(z.custom<InputOf<typeof runTask>>()) })
export const waitTasksBody = z.strictObject({ taskIds: z.array(z.string()).min(1) })

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

/** An answer. The name of its id depends on the subject of the command: `taskId`, for example. */
const wireAnswer = z.union([
  z.looseObject({ position: z.string(), events: z.array(wireEvent), refusal: z.null(), isPending: z.boolean().default(false) }),
  z.looseObject({ refusal: wireRefusal }),
])

/** A hash of a token, and whether it is shown now: a session that is not used for long ends. */
export const identifyBody = z.strictObject({ hash: z.string(), isUse: z.boolean().default(true) })
export const identityBody = z.object({
  identity: z
    .object({
      userId: z.string(),
      name: z.string(),
      sessionId: z.string().nullable(),
      tokenId: z.string().nullable(),
      scopes: z.array(z.string()).nullable(),
      mustChangePassword: z.boolean(),
      expiresAt: z.number().nullable(),
    })
    .nullable(),
  /** Whose it was. An earlier release does not say it. */
  ended: z.object({ endedOf: z.string(), credentialId: z.string(), hasExpired: z.boolean() }).nullish(),
})

export const lastUsesBody = z.strictObject({ ids: z.array(z.string()) })
/** Instants by ids. */
export const usesBody = z.object({ uses: z.record(z.string(), z.number()) })
export const personalKeysBody = z.strictObject({ userIds: z.array(z.string()) })
/** Keys by ids of users. */
export const keysBody = z.object({ keys: z.record(z.string(), z.string()) })
export const noteAuthKeyUseBody = z.strictObject({ id: z.string() })
export const notedBody = z.object({})

export const headBody = z.object({ position: z.string() })

export const answersBody = z.object({ answers: z.array(wireAnswer) })
export type WireAnswer = z.infer<typeof wireAnswer>

/** `isPending`: the caller wants to wait for the end of the task, which has not come yet. */
export function answerToWire<Subject extends string>(subject: Subject, answer: CommandAnswer<Subject>, isPending = false): WireAnswer {
  const id = subjectId(subject)
  if (answer.refusal) return { [id]: null, refusal: answer.refusal, isPending: false }
  const { position, events, secret } = answer
  return { [id]: answer[id], position, events: events.map(eventToWire), refusal: null, isPending, ...(secret !== undefined && { secret }) }
}

/** Throws INTERNAL if the answer is about another subject. */
export function answerFromWire<Subject extends string>(subject: Subject, answer: WireAnswer): CommandAnswer<Subject> {
  const name = subjectId(subject)
  if (answer.refusal) return { [name]: null, events: [], position: null, refusal: answer.refusal } as CommandAnswer<Subject>
  const { position, events, secret, [name]: id } = answer as Extract<WireAnswer, { refusal: null }>
  if (typeof id !== 'string') throw new ElvesError('INTERNAL', `command-service answered without ${name}`)
  const shown = typeof secret === 'string' ? { secret } : {}
  return { [name]: id, position, events: events.map(eventFromWire), refusal: null, ...shown } as CommandAnswer<Subject>
}

/** Returns the id of a task whose end is still to come; null if it has ended, or if the answer has none to wait for. */
export function pendingId(subject: string, answer: WireAnswer): string | null {
  const id = answer[subjectId(subject)]
  return answer['isPending'] === true && typeof id === 'string' ? id : null
}

function subjectId<Subject extends string>(subject: Subject): `${Subject}Id` {
  return `${subject}Id`
}

/** The bytes are those that the store has, where it gave them. */
function eventToWire(recorded: RecordedEvent): z.infer<typeof wireEvent> {
  const { id, event, stream, version, position, recordedAt } = recorded
  const { context, data } = bytesOf(recorded)
  return { id, type: event.type, stream, version, position, recordedAt, context: inBase64(context), data: inBase64(data) }
}

function inBase64(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('base64')
}

function eventFromWire({ id, type, stream, version, position, recordedAt, context, data }: z.infer<typeof wireEvent>): RecordedEvent {
  const decoded = decodeEvent(type, Buffer.from(context, 'base64'), Buffer.from(data, 'base64'), { stream, version })
  return { id, stream, version, position, recordedAt, ...decoded }
}
