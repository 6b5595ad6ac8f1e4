import { changePassword } from '@elves/core/command-api/change-password.ts'
import { type AnyCommand, type Caller, contextOf } from '@elves/core/command-api/command.ts'
import { confirmSecondFactor } from '@elves/core/command-api/confirm-second-factor.ts'
import { createAccessToken } from '@elves/core/command-api/create-access-token.ts'
import { createUser } from '@elves/core/command-api/create-user.ts'
import { disableSecondFactor } from '@elves/core/command-api/disable-second-factor.ts'
import { disableUser } from '@elves/core/command-api/disable-user.ts'
import { enableUser } from '@elves/core/command-api/enable-user.ts'
import { endSessions } from '@elves/core/command-api/end-sessions.ts'
import { enrolSecondFactor } from '@elves/core/command-api/enrol-second-factor.ts'
import { enterUser } from '@elves/core/command-api/enter-user.ts'
import { eraseUser } from '@elves/core/command-api/erase-user.ts'
import { makeRecoveryCodes } from '@elves/core/command-api/make-recovery-codes.ts'
import { resetPassword } from '@elves/core/command-api/reset-password.ts'
import { revokeAccessToken } from '@elves/core/command-api/revoke-access-token.ts'
import { signIn } from '@elves/core/command-api/sign-in.ts'
import { signOut } from '@elves/core/command-api/sign-out.ts'
import { updateUser } from '@elves/core/command-api/update-user.ts'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import { grantAggregate, grantStream } from '@elves/core/domain/grant/grant.ts'
import { nobodyId, userIdOf } from '@elves/core/domain/user/user.ts'
import { runProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'
import { Entering, notOfPlatform } from './entering.ts'
import { erasing } from './erasing.ts'
import { OwnSecondFactor } from './own-second-factor.ts'
import { refusedUser, type UserAnswer } from './people.ts'

/** Who may use the platform: users, their passwords, sessions and access tokens. */
export const usersWriteFeature: WriteFeature = ({ people, access, aggregates, store, pool, instanceId, components, settings, logger }) => {
  const entering = new Entering(people, settings.entering)
  const secondFactor = new OwnSecondFactor({ people, secondFactors: people.secondFactors, store })
  const own = ({ actor }: Caller) => (actor.kind === 'USER' ? actor.id : nobodyId)

  /** To decide about a user is to be able to become that user, and to give a role is to give what it allows. */
  async function refusalAbout(caller: Caller, { name }: AnyCommand, user: string, roles: readonly string[]): Promise<Rejection | null> {
    const no = await access.refusalAboutHolder(caller, name, { kind: 'USER', id: user })
    if (no || roles.length === 0) return no
    const known = (await access.state()).roles
    for (const role of roles) {
      if (!known.has(role)) return rejection('ROLE_UNKNOWN', `there is no role ${role.slice(0, 64)}`, 'roles')
      const tooMuch = await access.refusalAboutHolder(caller, name, { kind: 'ROLE', id: role })
      if (tooMuch) return tooMuch
    }
    return null
  }

  async function ofOther(caller: Caller, command: AnyCommand, user: string, change: () => Promise<UserAnswer>, roles: readonly string[] = []) {
    const no = await refusalAbout(caller, command, user, roles)
    return no ? refusedUser(no) : change()
  }

  async function ofAnybody(caller: Caller, command: AnyCommand, user: string | null, change: (id: string) => Promise<UserAnswer>) {
    const id = user ?? own(caller)
    return id === own(caller) ? change(id) : ofOther(caller, command, id, () => change(id))
  }

  /** Grants go first where they can: what is left of them allows nothing, because their subject is gone. */
  async function erase(caller: Caller, user: string, reason: string | null): Promise<UserAnswer> {
    const answer = await people.erase(caller, user, reason)
    if (answer.refusal) return answer
    for (const { id } of (await access.state()).grantsOf({ kind: 'USER', id: user })) {
      const commands = [{ type: 'RevokeGrant', reason: 'the user was erased' }] as const
      const { recorded } = await aggregates.handle({ aggregate: grantAggregate, stream: grantStream(id), commands, context: contextOf(caller) })
      access.observe(recorded)
    }
    return answer
  }

  /** For what must not be done by a token that somebody left lying in a script. */
  async function inSession(caller: Caller, change: (sessionId: string) => Promise<UserAnswer>): Promise<UserAnswer> {
    if (caller.sessionId) return change(caller.sessionId)
    return refusedUser(rejection('FORBIDDEN', 'this needs a session: sign in with a password'))
  }

  const manager = erasing({ keys: people.keys, people, access, logger })
  return {
    managers: components.runsHere('scheduler') ? { [manager.name]: runProcessManager(manager, { pool, owner: instanceId, logger }) } : {},
    commands: [
      handles(createUser, (caller, request) => {
        const create = () => people.create(caller, request)
        return ofOther(caller, createUser, userIdOf(request.name), create, request.roles)
      }),
      handles(updateUser, (caller, { user, displayName, roles }) => {
        return ofOther(caller, updateUser, user, () => people.update(caller, user, { displayName, roles }), roles ?? [])
      }),
      handles(disableUser, (caller, { user, reason }) =>
        ofOther(caller, disableUser, user, () => people.handle(caller, user, { type: 'DisableUser', reason })),
      ),
      handles(eraseUser, (caller, { user, reason }) => {
        if (user === own(caller))
          return Promise.resolve(refusedUser(rejection('FORBIDDEN', 'nobody erases themselves: somebody else who manages access does it')))
        return ofOther(caller, eraseUser, user, () => erase(caller, user, reason))
      }),
      handles(enableUser, (caller, { user }) => ofOther(caller, enableUser, user, () => people.handle(caller, user, { type: 'EnableUser' }))),
      handles(resetPassword, (caller, { user, password }) =>
        ofOther(caller, resetPassword, user, () => people.resetPassword(caller, user, password)),
      ),
      handles(changePassword, (caller, request) => inSession(caller, () => people.changePassword(caller, request))),
      handles(signIn, (caller, request) => people.signIn(caller, request)),
      handles(signOut, (caller) =>
        inSession(caller, (id) => people.handle(caller, own(caller), { type: 'EndSessions', sessionIds: [id], cause: 'SIGNED_OUT' })),
      ),
      handles(enterUser, async (caller, request) => {
        const no = notOfPlatform(caller)
        return no ? refusedUser(no) : entering.enter(caller, request)
      }),
      handles(enrolSecondFactor, (caller) => inSession(caller, () => secondFactor.enrol(own(caller)))),
      handles(confirmSecondFactor, (caller, shown) => inSession(caller, () => secondFactor.confirm(caller, own(caller), shown))),
      handles(makeRecoveryCodes, (caller, shown) => inSession(caller, () => secondFactor.makeCodes(caller, own(caller), shown))),
      handles(disableSecondFactor, (caller, { user, code, remoteAddress }) => {
        if (user !== null && user !== own(caller)) return ofOther(caller, disableSecondFactor, user, () => secondFactor.remove(caller, user))
        return inSession(caller, () => secondFactor.disable(caller, own(caller), { code: code ?? '', remoteAddress }))
      }),
      handles(createAccessToken, (caller, request) => inSession(caller, () => people.createAccessToken(caller, request))),
      handles(revokeAccessToken, (caller, { accessToken: tokenId, user, reason }) =>
        ofAnybody(caller, revokeAccessToken, user, (id) => people.handle(caller, id, { type: 'RevokeAccessToken', tokenId, reason })),
      ),
      handles(endSessions, (caller, { user, sessions: sessionIds }) =>
        ofAnybody(caller, endSessions, user, (id) => people.handle(caller, id, { type: 'EndSessions', sessionIds, cause: 'ENDED' })),
      ),
    ],
  }
}
