import type { Caller, CommandAnswer, RequestOf } from '@elves/core/command-api/command.ts'
import { rebuildReadModels } from '@elves/core/command-api/rebuild-read-models.ts'
import { rejection } from '@elves/core/domain/decision.ts'
import { rebuildAggregate } from '@elves/core/domain/rebuild/rebuild.ts'
import { hexIdForKey, randomHexId } from '@elves/core/foundation/ids.ts'
import { isReadModelName, readModelNames } from '@elves/core/read-models/registry.ts'
import { decideAbout, refusedAs } from '../command-answers.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'

/** Writes down what read models shall be made anew; projection-service does it. */
export const rebuildsWriteFeature: WriteFeature = ({ store, aggregates }) => {
  async function request(caller: Caller, asked: RequestOf<typeof rebuildReadModels>): Promise<CommandAnswer<'rebuild'>> {
    const { readModels, reason, idempotencyKey } = asked
    const unknown = readModels.find((name) => !isReadModelName(name))
    if (unknown !== undefined) {
      return refusedAs('rebuild')(rejection('READ_MODEL_UNKNOWN', `no read model has the name ${unknown.slice(0, 80)}`, 'readModels'))
    }
    const names = readModelNames.filter((name) => readModels.length === 0 || readModels.includes(name))
    const id = idempotencyKey === null ? randomHexId() : hexIdForKey(caller.actor, rebuildReadModels.name, idempotencyKey)
    const commands = [{ type: 'RequestRebuild', readModels: names, reason, idempotencyKey }] as const
    const about = { subject: 'rebuild', id, aggregate: rebuildAggregate, stream: rebuildAggregate.streamOf(id), commands } as const
    return decideAbout({ store, aggregates }, { ...about, caller })
  }

  return { commands: [handles(rebuildReadModels, request)] }
}
