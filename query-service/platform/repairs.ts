import type { AnyCommand, CommandAnswer } from '@elves/core/command-api/command.ts'
import { rebuildReadModels } from '@elves/core/command-api/rebuild-read-models.ts'
import { retryDeadLetter } from '@elves/core/command-api/retry-dead-letter.ts'
import { setAsideDeadLetter } from '@elves/core/command-api/set-aside-dead-letter.ts'
import { type DeadLetterEvent, deadLetterAggregate } from '@elves/core/domain/dead-letter/dead-letter.ts'
import { rebuildAggregate } from '@elves/core/domain/rebuild/rebuild.ts'
import type { DeadLetterView } from '@elves/core/read-models/event-log/dead-letters.ts'
import { evolveRebuildView, type RebuildView } from '@elves/core/read-models/event-log/rebuilds.ts'
import type { ParkedEventFacts } from '@elves/schemas/generated/types.ts'
import type { MutationResolvers } from '../generated/graphql.ts'

export const commandsOfRepairs: readonly AnyCommand[] = [retryDeadLetter, setAsideDeadLetter, rebuildReadModels]

export const repairMutations = {
  retryDeadLetter: async (_root, { input }, { caller, services }) => letterPayload(await services.commands.call(retryDeadLetter, caller, input)),
  setAsideDeadLetter: async (_root, { input }, { caller, services }) => {
    return letterPayload(await services.commands.call(setAsideDeadLetter, caller, input))
  },
  rebuildReadModels: async (_root, { input }, { caller, services }) => {
    const { events, position, refusal } = await services.commands.call(rebuildReadModels, caller, input)
    let rebuild: RebuildView | null = null
    for (const event of events) if (rebuildAggregate.isEvent(event)) rebuild = evolveRebuildView(rebuild, event)
    return { rebuild, position, refusal }
  },
} satisfies MutationResolvers

/** The dead letter as the events of the answer tell it: one that is settled is in no table any more. */
function letterPayload({ events, position, refusal }: CommandAnswer<'deadLetter'>) {
  let deadLetter: DeadLetterView | null = null
  for (const recorded of events) if (deadLetterAggregate.isEvent(recorded)) deadLetter = afterEvent(deadLetter, recorded.event)
  return { deadLetter, position, refusal }
}

function afterEvent(letter: DeadLetterView | null, event: DeadLetterEvent): DeadLetterView | null {
  switch (event.type) {
    case 'DeadLetterRetryRequested':
      return {
        ...viewOf(event.data.parked),
        state: letter?.state === 'SET_ASIDE' ? 'SET_ASIDE' : 'PARKED',
        setAsideReason: letter?.setAsideReason ?? null,
      }
    case 'DeadLetterSetAside':
      return { ...viewOf(event.data.parked), state: 'SET_ASIDE', setAsideReason: event.data.reason }
    case 'DeadLetterSettled':
      return letter && { ...letter, state: 'SETTLED' }
    case 'DeadLetterRetryFailed':
      return letter && { ...letter, code: event.data.code, message: event.data.message, attempts: letter.attempts + 1 }
  }
}

function viewOf({ letterId: id, ...letter }: ParkedEventFacts): Omit<DeadLetterView, 'state' | 'setAsideReason'> {
  return { id, ...letter }
}
