import type { IncomingMessage } from 'node:http'
import type { Caller } from '@elves/core/command-api/command.ts'
import type { ElvesError } from '@elves/core/foundation/errors.ts'
import { metadataOfRequest } from '@elves/core/http/service-server.ts'
import type { Actor } from '@elves/schemas/generated/types.ts'
import type { FastifyRequest } from 'fastify'

/** Who sent a request, as its credentials prove it. */
export interface Authenticated {
  readonly actor: Actor
  /** Names of the permissions that an access token is good for, of those that its user has; null: all of them. */
  readonly scopes: readonly string[] | null
  /** The session of a user; null: an access token, or another mode. */
  readonly sessionId: string | null
  /** The session or the access token of a user that was shown; null: nobody's, or another mode. */
  readonly credentialId: string | null
  /** What may be asked for only; null: anything. */
  readonly gate: FieldGate | null
  /** Tells when the credentials prove nothing any more; null: they do as long as this process runs. */
  readonly ending: Ending | null
}

/** Calls a listener once, at the end or where it has come already. Returns what forgets the listener. */
export type Ending = (listener: () => void) => () => void

/** Lets through only some fields of Query, Mutation and Subscription. */
export interface FieldGate {
  readonly fields: ReadonlySet<string>
  refusal(): ElvesError
}

/** Port of the doors of people: says who sends a request. */
export interface Authenticator {
  /**
   * `authorization`: stands for the header of that name where a client can not send it, as a page that opens a WebSocket. Throws
   * UNAUTHENTICATED, with a message that says what to send.
   */
  authenticate(request: IncomingMessage, authorization?: string): Authenticated | Promise<Authenticated>
  /** Returns who asks GraphQL where `authenticate` threw this: a guest may sign in. Absent, or null: nobody may. */
  guest?(error: unknown): Authenticated | null
}

/** Returns the caller of a request with its correlation id. A `traceparent` is passed on to the events. Throws UNAUTHENTICATED. */
export async function callerOf(request: FastifyRequest, authenticator: Authenticator): Promise<Caller> {
  const who = await authenticator.authenticate(request.raw)
  if (who.gate) throw who.gate.refusal()
  return callerAs(who, request)
}

/** Returns who asks GraphQL over HTTP: also a guest, where one may sign in. Throws UNAUTHENTICATED. */
export async function askerOf(request: FastifyRequest, authenticator: Authenticator): Promise<Authenticated> {
  try {
    return await authenticator.authenticate(request.raw)
  } catch (error) {
    const guest = authenticator.guest?.(error)
    if (!guest) throw error
    return guest
  }
}

export function callerAs({ actor, scopes, sessionId }: Authenticated, request: FastifyRequest): Caller {
  return { actor, scopes, sessionId, correlationId: request.id, metadata: metadataOfRequest(request) }
}
