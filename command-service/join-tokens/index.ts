import { type Caller, type CommandAnswer, contextOf, withoutName } from '@elves/core/command-api/command.ts'
import { type CreateJoinTokenRequest, createJoinToken } from '@elves/core/command-api/create-join-token.ts'
import { revokeJoinToken } from '@elves/core/command-api/revoke-join-token.ts'
import { type JoinTokenCommand, joinTokenAggregate, joinTokenStream, unknownJoinToken } from '@elves/core/domain/join-token/join-token.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { hexIdForKey, isHexId, randomHexId } from '@elves/core/foundation/ids.ts'
import { refusedAs } from '../command-answers.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'
import { hashOfJoinToken, joinTokenText } from './token-text.ts'

type Answer = CommandAnswer<'joinToken'>
const refused = refusedAs('joinToken')

/** How long after its creation the same request gets the token again: its answer may have been lost. */
const shownAgainMs = 600_000

export const joinTokensWriteFeature: WriteFeature = ({ store, agents, settings }) => {
  // The admission of agents decides with the same aggregates, so that this process never knows of a token what it does not know there.
  const { aggregates } = agents

  async function handle(caller: Caller, id: string, command: JoinTokenCommand): Promise<Answer> {
    if (!isHexId(id)) return refused(unknownJoinToken())
    const stream = joinTokenStream(id)
    const request = { aggregate: joinTokenAggregate, stream, commands: [command], context: contextOf(caller) }
    const { rejection, recorded } = await aggregates.handle(request)
    if (rejection) return refused(rejection)
    // Not the whole stream: a token may have been used very often.
    const [created] = await store.readStream(stream, { limit: 1 })
    if (!created) throw new ElvesError('INTERNAL', 'a join token that was just decided about has no events', { facts: { id } })
    const events = [created, ...recorded.filter(({ version }) => version > created.version)]
    return { joinTokenId: id, events, position: events.at(-1)?.position ?? created.position, refusal: null }
  }

  async function create(caller: Caller, { idempotencyKey, ...request }: CreateJoinTokenRequest): Promise<Answer> {
    const id = idempotencyKey === null ? randomHexId() : hexIdForKey(caller.actor, createJoinToken.name, idempotencyKey)
    const secret = joinTokenText(id, settings.serviceSecret)
    const createdBy = withoutName(caller.actor)
    const made = { ...request, secretHash: hashOfJoinToken(secret), isOwn: false, createdBy }
    const answer = await handle(caller, id, { type: 'CreateJoinToken', settings: made, idempotencyKey, now: Date.now() })
    const [created] = answer.events
    if (answer.refusal || created?.event.type !== 'JoinTokenCreated') return answer
    const isShown = Date.now() - created.recordedAt <= shownAgainMs && created.event.data.secretHash === made.secretHash
    return isShown ? { ...answer, secret } : answer
  }

  return {
    commands: [
      handles(createJoinToken, create),
      handles(revokeJoinToken, (caller, { joinToken, reason }) => handle(caller, joinToken, { type: 'RevokeJoinToken', reason })),
    ],
  }
}
