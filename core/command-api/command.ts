import type { Actor, EventContext } from '@elves/schemas/generated/types.ts'
import { z } from 'zod'
import type { Permission } from '../domain/permissions.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import type { Position } from '../eventing/position.ts'
import type { RefusalCode } from '../foundation/codes.ts'
import { ElvesError } from '../foundation/errors.ts'
import type { About, SecretUse } from './about.ts'

/** The sender of a request, and the ids that tie the request to its consequences. */
export interface Caller {
  readonly actor: Actor
  /** Names of the permissions that an access token is good for, of those that its user has; null or absent: all of them. */
  readonly scopes?: readonly string[] | null | undefined
  /** The session in which a user asks. */
  readonly sessionId?: string | null | undefined
  readonly correlationId: string
  /** Copied into the metadata of each event; has `traceparent` if the request had one. */
  readonly metadata: Readonly<Record<string, string>>
}

/** Context of a client's request. Nothing caused the request, so it has no causation id. Events name a user by id: the name may be erased. */
export function contextOf({ actor, correlationId, metadata }: Caller): EventContext {
  return { actor: withoutName(actor), correlationId, causationId: null, metadata }
}

/** An actor as events have it. */
export function withoutName(actor: Actor): Actor {
  return actor.kind === 'USER' && actor.name !== null ? { ...actor, name: null } : actor
}

export interface Refusal {
  readonly code: RefusalCode
  readonly message: string
  readonly field: string | null
}

/**
 * The answer to a command. `<subject>Id` is the id of the thing that the command is about. The file of each command says
 * which `events` of the write side its answer has. `position` is the position of the last event that was written.
 */
export type CommandAnswer<Subject extends string> =
  | ({ readonly [Id in `${Subject}Id`]: string } & {
      readonly events: readonly RecordedEvent[]
      readonly position: Position
      readonly refusal: null
      /** The secret of a thing that was just made, where it has one: it is shown once. */
      readonly secret?: string
    })
  | ({ readonly [Id in `${Subject}Id`]: null } & { readonly events: readonly []; readonly position: null; readonly refusal: Refusal })

/** A command that clients may ask for. Its path, its route, its client and its checks follow from this. */
export interface Command<Subject extends string = string, Request extends z.ZodType = z.ZodType> {
  readonly name: string
  /** Path in the internal HTTP API of command-service. */
  readonly path: string
  readonly subject: Subject
  readonly request: Request
  /** What its sender must be allowed; null: everybody who is known may send it. The check is in command-service, before the handler. */
  readonly permission: Permission | null
  /** Everything that the request is about. The permission is needed for each of it; for an empty list, for anything at all. */
  about(request: z.output<Request>): readonly About[]
  /** Says whether a request is about its sender only, who needs no permission for it then. Absent: no request is. */
  isOfOneself?(request: z.output<Request>, sender: Actor): boolean
  /** Where a request may refer to secrets. Absent: nowhere. */
  secrets?(request: z.output<Request>): readonly SecretUse[]
}

// biome-ignore lint/suspicious/noExplicitAny: the requests of several commands have nothing in common
export type AnyCommand = Command<any, any>

/** A request as a client sends it: a field with a default may be absent or null. */
export type InputOf<Asked extends AnyCommand> = z.input<Asked['request']>
/** A request as the write side receives it, with its defaults filled in. */
export type RequestOf<Asked extends AnyCommand> = z.output<Asked['request']>
export type AnswerOf<Asked extends AnyCommand> = CommandAnswer<Asked['subject']>

/** A text that a client may leave out. */
export const optionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? null)

/** A value that a client may leave out; it is `fallback` then. */
export function withDefault<Value extends z.ZodType>(value: Value, fallback: z.output<Value>) {
  return value.nullish().transform((given) => (given ?? fallback) as z.output<Value>)
}

/** Every command accepts an idempotency key from the client. The same actor, key and request are the same command, which is done once. */
const everyRequest = { idempotencyKey: optionalText }

/**
 * Defines a command by the fields of its request; `idempotencyKey` is added to every command. Nobody but the local admin may send
 * a command without the permission that it names.
 */
export function defineCommand<Subject extends string, Fields extends z.ZodRawShape>(definition: {
  readonly name: string
  readonly subject: Subject
  readonly request: Fields
  readonly permission: Permission | null
  about(request: z.output<z.ZodObject<Fields>>): readonly About[]
  isOfOneself?(request: z.output<z.ZodObject<Fields>>, sender: Actor): boolean
  secrets?(request: z.output<z.ZodObject<Fields>>): readonly SecretUse[]
}) {
  const path = `/internal/v1/${definition.name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  const request = z.strictObject({ ...definition.request, ...everyRequest })
  const { name, subject, permission, about, isOfOneself, secrets } = definition
  return { name, subject, path, request, permission, about, ...(isOfOneself && { isOfOneself }), ...(secrets && { secrets }) }
}

/** Returns the request with its defaults filled in. Throws BAD_REQUEST, which names the field at fault. */
export function requestOf<Asked extends AnyCommand>(command: Asked, input: InputOf<Asked>): RequestOf<Asked> {
  return parsed(command.request as z.ZodType<RequestOf<Asked>>, input)
}

/** Throws BAD_REQUEST, which names the field at fault. */
export function parsed<Value>(schema: z.ZodType<Value>, given: unknown): Value {
  const { success, data, error } = schema.safeParse(given)
  if (success) return data
  const [issue] = error.issues
  throw new ElvesError('BAD_REQUEST', `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'not well-formed'}`)
}
