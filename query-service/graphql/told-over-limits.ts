import type { IncomingMessage } from 'node:http'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Authenticated } from '../sign-in/authenticator.ts'
import type { RefusedRequests } from '../sign-in/refused-requests.ts'
import type { Answer } from './executor.ts'

/** Tells the log that a request was over the limits. `who` sent it: null where the credentials prove nothing. */
export type TellOverLimits = (request: IncomingMessage, who: Authenticated | null) => void

export function toldOverLimits(refused: Pick<RefusedRequests, 'tell'>): TellOverLimits {
  return (request, who) => {
    const { actor, credentialId } = who ?? {}
    refused.tell(request, { reason: 'OVER_LIMITS', userId: actor?.kind === 'USER' ? actor.id : '', credentialId: credentialId ?? '' })
  }
}

export function isOverLimits(thrown: unknown): boolean {
  return asElvesError(thrown).code === 'QUERY_TOO_COMPLEX'
}

/** Whether a whole operation was refused for its cost. One that ran has data, be it null: its fields have limits of their own. */
export function wasOverLimits({ data, errors = [] }: Answer): boolean {
  return data === undefined && errors.some(({ extensions }) => extensions.code === 'QUERY_TOO_COMPLEX')
}
