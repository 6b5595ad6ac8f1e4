import type { Caller, CommandAnswer } from '@elves/core/command-api/command.ts'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import type { Permission } from '@elves/core/domain/permissions.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { ReadAccess } from '../access/read-access.ts'
import type { ReadPosition } from '../read-side/read-position.ts'
import { doneAnswer, type RestErrorCode, refusedAnswer } from './answers.ts'
import type { AuthKeys } from './auth-keys.ts'
import { type JsonSchema, type RestParameters, readValues, type ValuesOf } from './parameter.ts'
import type { Parameters } from './parameters.ts'
import { restRefusalOf } from './refusals.ts'

/** The services that every endpoint may use. */
export interface RestServices {
  readonly commands: CommandApi
  readonly readModels: ReadModels
  readonly readPosition: Pick<ReadPosition, 'reached'>
  readonly authKeys: Pick<AuthKeys, 'appOf'>
  readonly access: Pick<ReadAccess, 'subjectOf' | 'may'>
  /** The time zone of this server: REST v2 tells times in it, and reads rules in it, as 0.1.x did. */
  readonly timeZone: string
}

/** The module of 0.1.x that an endpoint needs; where it is not there, the endpoint refuses with 402.x. */
export type RestModule = 'supervisor' | 'cron' | 'queue'
export const codesOfModules: Readonly<Record<RestModule, RestErrorCode>> = { supervisor: '402.1', cron: '402.2', queue: '402.3' }

/**
 * Who may use an endpoint, where auth keys have grants. COMMAND: command-service decides about the command that it sends. ANYBODY: it tells
 * of the key itself. Else what it tells of is left out, or is unknown, for a key that has none of these permissions for it.
 */
export type RestNeeds = 'COMMAND' | 'ANYBODY' | readonly [Permission, ...Permission[]]

/** What is known of an endpoint besides how it answers. The reference page and the OpenAPI document are made of it. */
export interface EndpointDescription<Declared extends RestParameters = RestParameters> {
  /** A short sentence. */
  readonly summary: string
  /** What else a client has to know. */
  readonly note?: string
  readonly module?: RestModule
  readonly needs: RestNeeds
  readonly parameters: Declared
  /** Refusals besides those of the signature, of the module and of the parameters. */
  readonly refusals: readonly RestErrorCode[]
  /** Schema of `result`; null: there is none. */
  readonly result: JsonSchema | null
}

export interface Endpoint extends EndpointDescription {
  /** Answers a request with a valid signature, in the envelope. */
  answer(services: RestServices, caller: Caller, parameters: Parameters): Promise<string>
}

/** An endpoint: its description, and how it answers a request whose parameters are right. */
export function endpoint<Declared extends RestParameters>(
  description: EndpointDescription<Declared>,
  handle: (services: RestServices, caller: Caller, values: ValuesOf<Declared>) => Promise<string>,
): Endpoint {
  return {
    ...description,
    async answer(services, caller, parameters) {
      const read = readValues(description.parameters, parameters)
      return 'code' in read ? refusedAnswer(read) : handle(services, caller, read.values)
    },
  }
}

/** Answers with what became of a command; no result where `resultOf` returns none. */
export function answeredCommand<Subject extends string>(
  answer: CommandAnswer<Subject>,
  resultOf: (id: string) => Record<string, string> | undefined,
  subject: Subject,
): string {
  return answer.refusal ? refusedAnswer(restRefusalOf(answer.refusal)) : doneAnswer(resultOf(String(answer[`${subject}Id`])))
}

/** Schema of an object that has all these properties and no other. */
export function objectSchema(properties: Readonly<Record<string, JsonSchema>>, needed = Object.keys(properties)): JsonSchema {
  return { type: 'object', properties, required: needed, additionalProperties: false }
}
