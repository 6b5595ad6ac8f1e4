import { type CommandAnswer, contextOf } from '@elves/core/command-api/command.ts'
import { tellRefusedRequest } from '@elves/core/command-api/tell-refused-request.ts'
import { rejection } from '@elves/core/domain/decision.ts'
import { refusedRequestAggregate, refusedRequestStream } from '@elves/core/domain/refused-request/refused-request.ts'
import { refusedAs } from '../command-answers.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'

/** Requests that the doors of people refused. The doors have counted them. */
export const refusedRequestsWriteFeature: WriteFeature = ({ store, aggregates, people }) => ({
  commands: [
    handles(tellRefusedRequest, async (caller, { idempotencyKey: _, ...told }): Promise<CommandAnswer<'refusedRequest'>> => {
      if (caller.actor.kind !== 'SYSTEM') {
        return refusedAs('refusedRequest')(rejection('FORBIDDEN', 'only the platform itself tells of requests that it refused'))
      }
      const { userId } = told
      const remoteAddress = userId === null ? told.remoteAddress : await people.sealedAddress(userId, told.remoteAddress)
      const stream = refusedRequestStream(told.reason, told.firstAt)
      await aggregates.handle({
        aggregate: refusedRequestAggregate,
        stream,
        commands: [{ type: 'TellRefusedRequest', told: { ...told, remoteAddress } }],
        context: contextOf(caller),
      })
      return { refusedRequestId: caller.correlationId, events: [], position: await store.head(), refusal: null }
    }),
  ],
})
