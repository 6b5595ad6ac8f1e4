import type { AnswerOf } from '@elves/core/command-api/command.ts'
import { confirmSecondFactor } from '@elves/core/command-api/confirm-second-factor.ts'
import { disableSecondFactor } from '@elves/core/command-api/disable-second-factor.ts'
import { enrolSecondFactor } from '@elves/core/command-api/enrol-second-factor.ts'
import { makeRecoveryCodes } from '@elves/core/command-api/make-recovery-codes.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { MutationResolvers } from '../generated/graphql.ts'
import type { AnswerDoor } from '../graphql/context.ts'
import { userPayload } from './payload.ts'

export const secondFactorCommands = [enrolSecondFactor, confirmSecondFactor, makeRecoveryCodes, disableSecondFactor]

export const secondFactorMutations = {
  enrolSecondFactor: async (_root, { input }, { caller, services }) => {
    const answer = await services.commands.call(enrolSecondFactor, caller, input ?? {})
    const { position, refusal } = answer
    const secret = answer.refusal ? null : (answer.secret ?? null)
    return { secret, uri: secret && uriOf(secret, caller.actor.name ?? caller.actor.id), position, refusal }
  },
  confirmSecondFactor: async (_root, { input }, { caller, services, door }) =>
    withCodes(await services.commands.call(confirmSecondFactor, caller, { ...input, remoteAddress: addressOf(door) })),
  makeRecoveryCodes: async (_root, { input }, { caller, services, door }) =>
    withCodes(await services.commands.call(makeRecoveryCodes, caller, { ...input, remoteAddress: addressOf(door) })),
  disableSecondFactor: async (_root, { input }, { caller, services, door }) =>
    userPayload(await services.commands.call(disableSecondFactor, caller, { ...input, remoteAddress: addressOf(door) })),
} satisfies MutationResolvers

/** The form that authenticator apps read: https://github.com/google/google-authenticator/wiki/Key-Uri-Format. */
function uriOf(secret: string, name: string): string {
  return `otpauth://totp/Elves:${encodeURIComponent(name)}?secret=${secret}&issuer=Elves&algorithm=SHA1&digits=6&period=30`
}

/** Tries are counted by address: over a WebSocket and in a batch there is none. Throws BAD_REQUEST. */
function addressOf(door: AnswerDoor | null): string {
  if (door) return door.remoteAddress
  throw new ElvesError('BAD_REQUEST', 'a code is shown by an operation of its own, over HTTP')
}

function withCodes(answer: AnswerOf<typeof confirmSecondFactor>) {
  return { ...userPayload(answer), recoveryCodes: answer.refusal ? null : (answer.secret?.split(' ') ?? null) }
}
