import type { Caller } from '@elves/core/command-api/command.ts'
import { rejection } from '@elves/core/domain/decision.ts'
import type { UserCommand } from '@elves/core/domain/user/state.ts'
import { noSecondFactor } from '@elves/core/domain/user/user.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { type People, refusedUser, type UserAnswer } from './people.ts'
import type { SecondFactors } from './second-factors.ts'

export interface OwnSecondFactorOptions {
  readonly people: People
  readonly secondFactors: SecondFactors
  readonly store: Pick<EventStore, 'head'>
}

interface Shown {
  readonly code: string
  readonly remoteAddress: string
}

/** What users do to their own second factor, in a session of theirs. Codes are counted like sign-ins: who stole a session can't try them all. */
export class OwnSecondFactor {
  readonly #options: OwnSecondFactorOptions

  constructor(options: OwnSecondFactorOptions) {
    this.#options = options
  }

  async enrol(id: string): Promise<UserAnswer> {
    const { people, secondFactors, store } = this.#options
    const state = await people.state(id)
    if (state.hasSecondFactor) return refusedUser(rejection('SECOND_FACTOR_SET', 'there is a second factor already: disable it first'))
    return { userId: id, events: [], position: await store.head(), refusal: null, secret: await secondFactors.begin(id) }
  }

  async confirm(caller: Caller, id: string, shown: Shown): Promise<UserAnswer> {
    const { people, secondFactors } = this.#options
    if ((await people.state(id)).hasSecondFactor) return refusedUser(rejection('SECOND_FACTOR_SET', 'there is a second factor already'))
    return this.#tried(caller, id, shown, async () => {
      const codes = await secondFactors.confirm(id, shown.code)
      return codes && withCodes(codes, people.handle(caller, id, { type: 'SetSecondFactor', recoveryCodes: codes.length }))
    })
  }

  async makeCodes(caller: Caller, id: string, shown: Shown): Promise<UserAnswer> {
    const { people, secondFactors } = this.#options
    return this.#shown(caller, id, shown, async (first) => {
      const codes = await secondFactors.makeCodes(id)
      return withCodes(codes, people.handle(caller, id, ...first, { type: 'MakeRecoveryCodes', count: codes.length }))
    })
  }

  async disable(caller: Caller, id: string, shown: Shown): Promise<UserAnswer> {
    return this.#shown(caller, id, shown, (first) => this.remove(caller, id, first))
  }

  /** Without a code: for who manages access. */
  async remove(caller: Caller, id: string, first: readonly UserCommand[] = []): Promise<UserAnswer> {
    const { people, secondFactors } = this.#options
    const answer = await people.handle(caller, id, ...first, { type: 'RemoveSecondFactor' })
    if (!answer.refusal) await secondFactors.remove(id)
    return answer
  }

  async #shown(caller: Caller, id: string, shown: Shown, then: (first: readonly UserCommand[]) => Promise<UserAnswer>): Promise<UserAnswer> {
    const { people } = this.#options
    if (!(await people.state(id)).hasSecondFactor) return refusedUser(noSecondFactor())
    return this.#tried(caller, id, shown, async () => {
      const first = await people.showCode(id, shown.code)
      return first && then(first)
    })
  }

  async #tried(caller: Caller, id: string, { remoteAddress }: Shown, act: () => Promise<UserAnswer | null>): Promise<UserAnswer> {
    const { people } = this.#options
    const locked = await people.beginTry(id, remoteAddress)
    if (locked) return refusedUser(locked)
    const answer = await act()
    if (!answer) {
      await people.tellFailure(caller, id, 'SECOND_FACTOR', remoteAddress)
      return refusedUser(rejection('SECOND_FACTOR_WRONG', 'the code is wrong, or was used before', 'code'))
    }
    await people.trySucceeded(caller, id, 'SECOND_FACTOR', remoteAddress)
    return answer
  }
}

async function withCodes(codes: readonly string[], answering: Promise<UserAnswer>): Promise<UserAnswer> {
  const answer = await answering
  return answer.refusal ? answer : { ...answer, secret: codes.join(' ') }
}
