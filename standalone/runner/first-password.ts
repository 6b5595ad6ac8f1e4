import { userIdOf } from '@elves/core/domain/user/user.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { pause } from '@elves/core/foundation/waiting.ts'
import { askPlatform } from '../ask-platform.ts'
import type { Said } from './plan.ts'

export interface FirstPasswordOptions {
  readonly said: Said
  readonly serviceSecret: string
  readonly logger: Logger
  /** Called once, when it is of no use any more. */
  readonly onUsed: () => void
}

/** The first password of the user admin, which the ready file has until it was changed. */
export interface FirstPassword extends Running {
  /** Returns what is said, without a password that was changed. */
  shown<ItsSaid extends Said>(said: ItsSaid): ItsSaid
}

const askEveryMs = 2_000
const answerMs = 5_000

/** Resolves when it is known whether the password was changed before this start. */
export async function firstPassword({ said, serviceSecret, logger, onUsed }: FirstPasswordOptions): Promise<FirstPassword> {
  const stopping = new AbortController()
  let isUsed = false
  const look = async () => {
    isUsed ||= await isChanged(said.graphqlUrl, serviceSecret).catch((error: unknown) => {
      logger.debug({ err: error }, 'whether the first password was changed could not be asked; it is asked again')
      return false
    })
  }
  const follow = async () => {
    const { signal } = stopping
    while (!isUsed && !signal.aborted) {
      await pause(askEveryMs, signal)
      if (!signal.aborted) await look()
    }
    if (isUsed) onUsed()
  }
  let following = Promise.resolve()
  if (said.adminPassword !== undefined) {
    await look()
    if (!isUsed) following = follow()
  }
  return {
    shown(all) {
      if (!isUsed) return all
      const { adminPassword, ...rest } = all
      return rest as typeof all
    },
    async stop() {
      stopping.abort()
      await following
    },
  }
}

/** Returns false, too, where the read models do not have the admin yet. */
async function isChanged(graphqlUrl: string, serviceSecret: string): Promise<boolean> {
  const query = 'query ($id: ID!) { user(id: $id) { mustChangePassword } }'
  const door = { graphqlUrl, token: serviceSecret }
  const { user } = await askPlatform<{ user: { mustChangePassword: boolean } | null }>(door, query, { id: userIdOf('admin') }, answerMs)
  return user?.mustChangePassword === false
}
