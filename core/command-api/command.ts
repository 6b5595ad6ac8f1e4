import type { Actor, EventContext } from '@elves/schemas/generated/types.ts'
import { z } from 'zod'
import type { RecordedEvent } from '../eventing/event-store.ts'
import type { Position } from '../eventing/position.ts'
import type { RefusalCode } from '../foundation/codes.ts'
import { ElvesError } from '../foundation/errors.ts'

/** The sender of a request, and the ids that tie the request to its consequences. */
export interface Caller {
  readonly actor: Actor
  readonly correlationId: string
  /** Copied into the metadata of each event; has `traceparent` if the request had one. */
  readonly metadata: Readonly<Record<string, string>>
}

/** Context of a client's request. Nothing caused the request, so it has no causation id. */
export function contextOf({ actor, correlationId, metadata }: Caller): EventContext {
  return { actor, correlationId, causationId: null, metadata }
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

/** Defines a command by the fields of its request; `idempotencyKey` is added to every command. */
export function defineCommand<Subject extends string, Fields extends z.ZodRawShape>(definition: {
  readonly name: string
  readonly subject: Subject
  readonly request: Fields
}) {
  const path = `/internal/v1/${definition.name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  const request = z.strictObject({ ...definition.request, ...everyRequest })
  return { name: definition.name, subject: definition.subject, path, request }
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
