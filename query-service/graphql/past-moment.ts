import { formatPosition } from '@elves/core/eventing/position.ts'
import { eventLogReadModel } from '@elves/core/read-models/event-log/index.ts'
import type { PastMoment } from '@elves/core/read-models/paging/past.ts'
import type { ReadModelName } from '@elves/core/read-models/registry.ts'
import type { RequestContext } from './context.ts'

/**
 * Returns the moment of an instant; null if nothing has happened since, so that all is as it was then. Waits until these read models and
 * the audit log have everything of before it. Throws READ_MODEL_BEHIND.
 */
export async function momentReached(context: RequestContext, asOf: number, names: readonly ReadModelName[]): Promise<PastMoment | null> {
  const { readModels, readPosition } = context.services
  const moment = await readModels.of(eventLogReadModel).moment(asOf)
  if (moment) await readPosition.reached(formatPosition(moment.logId, moment.end - 1), [...names, 'event-log'])
  return moment
}
