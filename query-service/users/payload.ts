import type { CommandAnswer } from '@elves/core/command-api/command.ts'
import { userAggregate } from '@elves/core/domain/user/user.ts'
import { evolveUserView, type UserView } from '@elves/core/read-models/users/user-view.ts'

/** The user as the events of the answer tell it: the read model may not have them yet. */
export function writtenUser({ events }: CommandAnswer<'user'>): UserView | null {
  let user: UserView | null = null
  for (const event of events) if (userAggregate.isEvent(event)) user = evolveUserView(user, event)
  return user
}

export function userPayload(answer: CommandAnswer<'user'>) {
  const { position, refusal } = answer
  return { user: writtenUser(answer), position, refusal }
}
