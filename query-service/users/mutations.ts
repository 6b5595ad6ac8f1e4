import { changePassword } from '@elves/core/command-api/change-password.ts'
import type { CommandAnswer } from '@elves/core/command-api/command.ts'
import { createAccessToken } from '@elves/core/command-api/create-access-token.ts'
import { createUser } from '@elves/core/command-api/create-user.ts'
import { disableUser } from '@elves/core/command-api/disable-user.ts'
import { enableUser } from '@elves/core/command-api/enable-user.ts'
import { endSessions } from '@elves/core/command-api/end-sessions.ts'
import { enterUser } from '@elves/core/command-api/enter-user.ts'
import { eraseUser } from '@elves/core/command-api/erase-user.ts'
import { resetPassword } from '@elves/core/command-api/reset-password.ts'
import { revokeAccessToken } from '@elves/core/command-api/revoke-access-token.ts'
import { signIn } from '@elves/core/command-api/sign-in.ts'
import { signOut } from '@elves/core/command-api/sign-out.ts'
import { updateUser } from '@elves/core/command-api/update-user.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { MutationResolvers } from '../generated/graphql.ts'
import { userPayload, writtenUser } from './payload.ts'
import { secondFactorCommands, secondFactorMutations } from './second-factor.ts'

export const userCommands = [
  ...[createUser, updateUser, disableUser, enableUser, eraseUser, resetPassword, changePassword],
  ...[signIn, signOut, enterUser, createAccessToken, revokeAccessToken, endSessions],
  ...secondFactorCommands,
]

export const userMutations = {
  ...secondFactorMutations,
  signIn: async (_root, { input }, { caller, services, door }) => {
    if (!door) throw new ElvesError('BAD_REQUEST', 'a sign-in is an operation of its own, over HTTP')
    const answer = await services.commands.call(signIn, caller, { ...input, remoteAddress: door.remoteAddress, program: door.program })
    if (answer.refusal) {
      const { code, message } = answer.refusal
      throw new ElvesError(code === 'SIGN_IN_REFUSED' ? 'UNAUTHENTICATED' : code, message)
    }
    const user = writtenUser(answer)
    const begun = user?.sessions.at(-1)
    const { secret: token, position } = answer
    if (!user || !begun || token === undefined) throw new ElvesError('INTERNAL', 'a sign-in has begun no session')
    door.setToken(token, begun.expiresAt)
    const actor = { kind: 'USER', id: user.id, name: null } as const
    return { session: { token, expiresAt: begun.expiresAt }, viewer: { actor, user, scopes: null, session: begun.id }, position }
  },
  signOut: async (_root, { input }, { caller, services, door }) => {
    const answer = await services.commands.call(signOut, caller, input ?? {})
    if (!answer.refusal) door?.setToken(null, 0)
    return userPayload(answer)
  },
  createUser: async (_root, { input }, { caller, services }) => withPassword(await services.commands.call(createUser, caller, input)),
  updateUser: async (_root, { input }, { caller, services }) => userPayload(await services.commands.call(updateUser, caller, input)),
  disableUser: async (_root, { input }, { caller, services }) => userPayload(await services.commands.call(disableUser, caller, input)),
  eraseUser: async (_root, { input }, { caller, services }) => userPayload(await services.commands.call(eraseUser, caller, input)),
  enableUser: async (_root, { input }, { caller, services }) => userPayload(await services.commands.call(enableUser, caller, input)),
  resetPassword: async (_root, { input }, { caller, services }) => withPassword(await services.commands.call(resetPassword, caller, input)),
  changePassword: async (_root, { input }, { caller, services }) => userPayload(await services.commands.call(changePassword, caller, input)),
  createAccessToken: async (_root, { input }, { caller, services }) => {
    const answer = await services.commands.call(createAccessToken, caller, input)
    const { position, refusal } = answer
    const user = writtenUser(answer)
    const { open } = await services.names.of(user ? [user.id] : [])
    const named = user?.accessTokens.map((token) => ({ ...token, name: open(user.id, token.name) }))
    const accessToken = named?.findLast(({ name }) => name === input.name) ?? null
    return { accessToken, secret: answer.refusal ? null : (answer.secret ?? null), position, refusal }
  },
  revokeAccessToken: async (_root, { input }, { caller, services }) => userPayload(await services.commands.call(revokeAccessToken, caller, input)),
  endSessions: async (_root, { input }, { caller, services }) => userPayload(await services.commands.call(endSessions, caller, input)),
} satisfies MutationResolvers

function withPassword(answer: CommandAnswer<'user'>) {
  return { ...userPayload(answer), password: answer.refusal ? null : (answer.secret ?? null) }
}
