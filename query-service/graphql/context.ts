import type { Caller } from '@elves/core/command-api/command.ts'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Page, PageRequest } from '@elves/core/read-models/paging/page.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { ReadModelName } from '@elves/core/read-models/registry.ts'
import type { Visible } from '@elves/core/read-models/visible.ts'
import type { SignInMethod } from '@elves/schemas/generated/types.ts'
import DataLoader from 'dataloader'
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  responsePathAsArray,
} from 'graphql'
import type { PersonalNames } from '../access/personal-names.ts'
import type { ReadAccess } from '../access/read-access.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { ReadPosition } from '../read-side/read-position.ts'
import type { FieldGate } from '../sign-in/authenticator.ts'
import type { OutputFollower } from '../subscriptions/output-follower.ts'
import type { Subscriptions } from '../subscriptions/subscriptions.ts'
import { type OperationPlan, planOf } from './documents.ts'
import { sourceVariables } from './json-text/json-text.ts'
import type { AnswersInFlight } from './limits/answer-budget.ts'
import { type Budget, type CoercedVariables, type QueryLimits, spend } from './limits/cost.ts'

/** The services that every resolver may use. */
export interface GraphqlServices {
  readonly commands: CommandApi
  readonly access: ReadAccess
  /** Shows who users are. */
  readonly names: PersonalNames
  readonly readModels: ReadModels
  readonly readPosition: ReadPosition
  readonly subscriptions: Subscriptions
  readonly output: OutputFollower
  readonly answers: AnswersInFlight
  readonly audit: AuditLog
  /** Returns the line that installs an agent with this join token; null where the address of the center is not known. */
  readonly installLine: (joinToken: string) => string | null
  /** How people can sign in; none: the local admin shows a token. */
  readonly signInMethods: readonly Exclude<SignInMethod, 'UNKNOWN'>[]
  readonly logger: Logger
}

/** What an operation over HTTP may do to its answer, and know of its client. */
export interface AnswerDoor {
  readonly remoteAddress: string
  /** The header User-Agent. */
  readonly program: string
  /** Gives a page the cookie of a session, or takes it away. Other clients keep the token themselves. */
  setToken(token: string | null, expiresAt: number): void
}

/** A GraphQL request of a client. */
export interface Operation {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>> | undefined
  /** Returns the JSON that `variables` were parsed from. */
  readonly variablesText: () => string | undefined
  readonly operationName: string | undefined
  /** True if the operation came by GET, which may only query. */
  readonly isReadOnly: boolean
}

/** An operation that may run, with its variables coerced and as they came, with their texts. */
export interface Charged {
  readonly plan: OperationPlan
  readonly variables: CoercedVariables
  readonly sourced: Readonly<Record<string, unknown>>
}

/** The context of one GraphQL operation, from an HTTP request or a WebSocket. */
export class RequestContext {
  readonly caller: Caller
  #services: GraphqlServices
  readonly operation: Operation
  /** Null: over WebSocket. */
  readonly door: AnswerDoor | null
  readonly #gate: FieldGate | null
  readonly #budget: Budget
  #charged: Charged | undefined
  readonly #loaders = new Map<string, DataLoader<string, unknown>>()
  #notBefore: Position | null = null
  readonly #leftOut: GraphQLError[] = []

  /** The operations of a batch share a budget. */
  constructor(
    caller: Caller,
    services: GraphqlServices,
    operation: Operation,
    budget: Budget,
    { door = null, gate = null }: { readonly door?: AnswerDoor | null; readonly gate?: FieldGate | null } = {},
  ) {
    this.door = door
    this.#gate = gate
    this.caller = caller
    this.#services = services
    this.operation = operation
    this.#budget = budget
  }

  get services(): GraphqlServices {
    return this.#services
  }

  /** What the caller may see now; null: everything. */
  get visible(): Visible | null {
    return this.#services.access.visibleNow(this.caller)
  }

  /** Of what the caller may read the events now, as a part of their filter. */
  get audited(): { readonly audited?: Visible } {
    const audited = this.#services.access.auditedNow(this.caller)
    return audited === null ? {} : { audited }
  }

  /** From now on the resolvers of this operation read from these read models. They are made for the first who reads: a mutation may read nothing. */
  restrict(made: () => ReadModels): void {
    let readModels: ReadModels | null = null
    const get = () => {
      readModels ??= made()
      return readModels
    }
    this.#services = Object.create(this.#services, { readModels: { get } })
  }

  /**
   * Chooses the operation of a valid document and takes its cost from the budget, once. Throws QUERY_TOO_COMPLEX,
   * BAD_REQUEST, or the errors of the variables.
   */
  charge(limits: QueryLimits, schema: GraphQLSchema, document: DocumentNode): Charged {
    if (this.#charged) return this.#charged
    const { operationName, variables: given = {}, variablesText } = this.operation
    const operation = getOperationAST(document, operationName)
    if (!operation) throw new ElvesError('BAD_REQUEST', 'the document has no such operation, or several and none is named')
    const plan = planOf(schema, document, operation)
    this.#check(plan)
    const sourced = sourceVariables(plan.sourced, given, variablesText)
    const definitions = operation.variableDefinitions ?? []
    const { coerced: variables, errors } = getVariableValues(schema, definitions, sourced)
    // The errors quote the values as they are without their texts.
    if (errors) throw new AggregateError(getVariableValues(schema, definitions, given).errors ?? errors, 'the variables do not fit')
    spend(this.#budget, limits, plan.cost(variables))
    this.#charged = { plan, variables, sourced }
    return this.#charged
  }

  /** Throws what the gate says. */
  #check({ rootFields }: OperationPlan): void {
    const isShut = this.#gate !== null && rootFields.some(({ operation }) => !this.#gate?.fields.has(operation.slice(operation.indexOf('.') + 1)))
    if (isShut) throw this.#gate?.refusal()
  }

  /**
   * Lets a client read its own writes: resolves when these read models have reached `notBefore`. Nested fields that read
   * another read model wait for it with {@link settled}.
   */
  async reached(notBefore: Position | null | undefined, names: readonly ReadModelName[]): Promise<void> {
    if (notBefore === null || notBefore === undefined) return
    await this.services.readPosition.reached(notBefore, names)
    if (this.#notBefore === null || this.#notBefore < notBefore) this.#notBefore = notBefore
  }

  /** Resolves when these read models have reached the `notBefore` of the request. */
  async settled(names: readonly ReadModelName[]): Promise<void> {
    if (this.#notBefore !== null) await this.services.readPosition.reached(this.#notBefore, names)
  }

  /**
   * Reads a page within the bytes that the answer has left. If none are left, a nested page is empty and says that there
   * is more. Rows that can't be read are left out and reported in the errors.
   */
  async page<Item>(
    { path }: Pick<GraphQLResolveInfo, 'path'>,
    request: PageRequest,
    read: (request: PageRequest) => Promise<Page<Item>>,
  ): Promise<Page<Item>> {
    const page = await this.#budget.answer.page(request, read, { mayBeEmpty: path.prev !== undefined })
    for (const error of page.unreadable) {
      this.#leftOut.push(new GraphQLError(error.message, { path: responsePathAsArray(path), originalError: error }))
    }
    return page
  }

  /** Starts a new answer, for the next item of a subscription. */
  renew(): void {
    this.#loaders.clear()
    this.#budget.answer.renew()
  }

  /** Counts bytes that are in memory already as part of the answer. Throws ANSWER_TOO_LARGE. */
  take(bytes: number): void {
    this.#budget.answer.take(bytes)
  }

  /** Counts a value that is in memory already, by its length as JSON. Throws ANSWER_TOO_LARGE. */
  takeValue(value: unknown): void {
    if (value !== null && value !== undefined) this.take(JSON.stringify(value).length)
  }

  /** An error for each row that was left out because it can't be read. */
  get leftOut(): readonly GraphQLError[] {
    return this.#leftOut
  }

  /**
   * Reads things by id within the bytes of the answer. Things that are asked for at the same time are one query, and
   * nothing is read twice. `name` is the kind of thing.
   */
  loader<Item>(name: string, read: ReadById<Item>): DataLoader<string, Item | null> {
    const known = this.#loaders.get(name) ?? new DataLoader((ids: readonly string[]) => this.#load(ids, read), { maxBatchSize: 500 })
    this.#loaders.set(name, known)
    return known as DataLoader<string, Item | null>
  }

  async #load<Item>(ids: readonly string[], read: ReadById<Item>): Promise<(Item | Error | null)[]> {
    const found = await this.#budget.answer.read(async (maxBytes) => {
      const items = await read(ids, maxBytes)
      return [items, JSON.stringify([...items.values()]).length]
    })
    return ids.map((id) => found.get(id) ?? null)
  }
}

/** Returns the things that exist; an error stands for one that can't be read. */
export type ReadById<Item> = (ids: readonly string[], maxBytes: number) => Promise<ReadonlyMap<string, Item | Error>>
