import type { Caller } from '@elves/core/command-api/command.ts'
import type { EnterUserRequest } from '@elves/core/command-api/enter-user.ts'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import type { UserCommand, UserState } from '@elves/core/domain/user/state.ts'
import { userIdOf } from '@elves/core/domain/user/user.ts'
import { checkUserName, userLimits } from '@elves/core/domain/user/user-limits.ts'
import { type People, refusedUser, signInActor, type UserAnswer } from './people.ts'

/** Who gets in whom a sign-in proxy or an identity provider names, and with which roles. */
export interface EnteringSettings {
  /** Group and role. */
  readonly rolesOfGroups: readonly (readonly [group: string, role: string])[]
  readonly takesNewUsers: boolean
  /** Name of who gets the role admin when made; empty: nobody. */
  readonly admin: string
}

/** Lets in whom somebody else has asked for a proof. */
export class Entering {
  readonly #people: People
  readonly #settings: EnteringSettings

  constructor(people: People, settings: EnteringSettings) {
    this.#people = people
    this.#settings = settings
  }

  /** Begins a session; makes the user where that is wanted, and gives the roles that follow from the groups. */
  async enter(caller: Caller, request: EnterUserRequest): Promise<UserAnswer> {
    const { name, method, remoteAddress, program } = request
    const wrong = checkUserName(name)
    if (wrong) return refusedUser(rejection('SIGN_IN_REFUSED', `nobody can have this name here: ${wrong.message}`))
    const id = userIdOf(name)
    const refused = async (message: string, fault: 'NAME' | 'DISABLED'): Promise<UserAnswer> => {
      await this.#people.countFailure(caller, id, fault, remoteAddress)
      return refusedUser(rejection('SIGN_IN_REFUSED', message))
    }
    const state = await this.#people.state(id)
    if (state.phase === 'ERASED') return refused('there is no user of this name here', 'NAME')
    if (state.phase === 'NONE' && !this.#settings.takesNewUsers) return refused(`there is no user ${name} here`, 'NAME')
    if (state.phase !== 'NONE' && !state.isEnabled) return refused(`the user ${name} is disabled`, 'DISABLED')
    const first = await this.#changes(id, state, request)
    if (first.length > 0) {
      const { refusal } = await this.#people.handle({ ...caller, actor: signInActor }, id, ...first)
      if (refusal) return refused(refusal.message, 'NAME')
    }
    return this.#people.beginSession(caller, id, { method, remoteAddress, program })
  }

  async #changes(id: string, state: UserState, { name, displayName, identity, groups }: EnterUserRequest): Promise<readonly UserCommand[]> {
    const isNew = state.phase === 'NONE'
    const isAdmin = isNew && name.toLowerCase() === this.#settings.admin.toLowerCase()
    const shown = displayName !== null && displayName.length <= userLimits.displayNameLength ? displayName : name
    const roles = this.#rolesBy(groups, isAdmin ? ['admin'] : state.roles)
    return [
      ...(isNew ? [await this.#people.texts.creation(state, { name, displayName: shown, roles })] : []),
      ...(identity === null ? [] : [await this.#people.texts.identity(id, state, identity)]),
      ...(isNew || groups === null ? [] : [{ type: 'UpdateUser', displayName: null, roles } as const]),
    ]
  }

  /** Roles that no group gives stay as they are. */
  #rolesBy(groups: readonly string[] | null, has: readonly string[]): readonly string[] {
    if (groups === null) return has
    const { rolesOfGroups } = this.#settings
    const all = new Set(rolesOfGroups.map(([, role]) => role))
    const given = rolesOfGroups.flatMap(([group, role]) => (groups.includes(group) ? [role] : []))
    return [...new Set([...has.filter((role) => !all.has(role)), ...given])]
  }
}

/** Only the platform itself says who somebody is. */
export function notOfPlatform({ actor }: Caller): Rejection | null {
  return actor.kind === 'SYSTEM' ? null : rejection('FORBIDDEN', 'only the platform itself says who somebody is')
}
