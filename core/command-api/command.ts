import type { Actor } from '@elves/schemas/generated/types.ts'
import { z } from 'zod'
import type { RecordedEvent } from '../eventing/event-store.ts'
import type { Position } from '../eventing/position.ts'
import type { RefusalCode } from '../foundation/codes.ts'
import { ElvesError } from '../foundation/errors.ts'

/** Who asks, and what ties the request to its consequences. */
export interface Caller {
  readonly actor: Actor
  readonly correlationId: string
  /** Goes into the metadata of each event: `traceparent`, where the request had one. */
  readonly metadata: Readonly<Record<string, string>>
}

export interface Refusal {
  readonly code: RefusalCode
  readonly message: string
  readonly field: string | null
}

/**
 * What a command is answered with. `<subject>Id` names the thing that it is about. `events` are what the command's own file
 * says, from the write side; `position` is the last one that was written.
 */
export type CommandAnswer<Subject extends string> =
  | ({ readonly [Id in `${Subject}Id`]: string } & {
      readonly events: readonly RecordedEvent[]
      readonly position: Position
      readonly refusal: null
    })
  | ({ readonly [Id in `${Subject}Id`]: null } & { readonly events: readonly []; readonly position: null; readonly refusal: Refusal })

/** A command that clients may ask for. Its path, its route, its client and its checks follow from this. */
export interface Command<Subject extends string = string, Request extends z.ZodType = z.ZodType> {
  readonly name: string
  /** Of the internal HTTP of command-service. */
  readonly path: string
  readonly subject: Subject
  readonly request: Request
}

// biome-ignore lint/suspicious/noExplicitAny: the requests of several commands have nothing in common
export type AnyCommand = Command<any, any>

/** As clients give it: what has a default may be absent or null. */
export type InputOf<Asked extends AnyCommand> = z.input<Asked['request']>
/** As the write side gets it. */
export type RequestOf<Asked extends AnyCommand> = z.output<Asked['request']>
export type AnswerOf<Asked extends AnyCommand> = CommandAnswer<Asked['subject']>

/** A text that may be left out. */
export const optionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? null)

/** A value that is `fallback` where it is left out. */
export function withDefault<Value extends z.ZodType>(value: Value, fallback: z.output<Value>) {
  return value.nullish().transform((given) => (given ?? fallback) as z.output<Value>)
}

/** Every command takes a key of the client's: the same actor, key and request are the same command, and are done once. */
const everyRequest = { idempotencyKey: optionalText }

/** Defines a command by the fields of its request; `idempotencyKey` is one of every command. */
export function defineCommand<Subject extends string, Fields extends z.ZodRawShape>(definition: {
  readonly name: string
  readonly subject: Subject
  readonly request: Fields
}) {
  const path = `/internal/v1/${definition.name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  const request = z.strictObject({ ...definition.request, ...everyRequest })
  return { name: definition.name, subject: definition.subject, path, request }
}

/** The request with its defaults; throws BAD_REQUEST with the field at fault. */
export function requestOf<Asked extends AnyCommand>(command: Asked, input: InputOf<Asked>): RequestOf<Asked> {
  return parsed(command.request as z.ZodType<RequestOf<Asked>>, input)
}

/** Throws BAD_REQUEST with the field at fault. */
export function parsed<Value>(schema: z.ZodType<Value>, given: unknown): Value {
  const { success, data, error } = schema.safeParse(given)
  if (success) return data
  const [issue] = error.issues
  throw new ElvesError('BAD_REQUEST', `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'not well-formed'}`)
}
