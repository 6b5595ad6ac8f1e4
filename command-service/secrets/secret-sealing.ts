import { secretAggregate, secretStream } from '@elves/core/domain/secret/secret.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { ProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import { randomHexId } from '@elves/core/foundation/ids.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { contextOfPart } from '../tasks/system-context.ts'
import type { SecretValues } from './secret-values.ts'

export interface SecretSealingOptions {
  readonly aggregates: Pick<Aggregates, 'handleMany' | 'load' | 'refresh'>
  readonly values: Pick<SecretValues, 'sealAnew' | 'settled' | 'remove'>
  readonly logger: Logger
}

const name = 'secret-sealing'
const intervalMs = 15_000
const atOnce = 100

/** Removes the values that processes left which died before the event, or before they had removed a former one. */
async function removeLeft({ aggregates, values }: Pick<SecretSealingOptions, 'aggregates' | 'values'>): Promise<void> {
  const kept = await values.settled()
  await aggregates.refresh(kept.map(({ secretId }) => secretStream(secretId)))
  const states = await Promise.all(kept.map(async ({ secretId }) => (await aggregates.load(secretAggregate, secretStream(secretId))).state))
  const left = kept.filter(({ valueId }, index) => states[index]?.phase !== 'CURRENT' || states[index]?.valueId !== valueId)
  if (left.length > 0) await values.remove(left)
}

/** Brings all values under the current master key, so that an earlier one can be taken away. */
export function secretSealing({ aggregates, values, logger }: SecretSealingOptions): ProcessManager {
  return {
    name,
    intervalMs,
    clockMoved: async () => undefined,
    async act() {
      try {
        await removeLeft({ aggregates, values })
        const changed = await values.sealAnew(atOnce)
        const context = contextOfPart(name, randomHexId())
        const handles = changed.map(({ secretId, valueId }) => {
          const commands = [{ type: 'TellSealedAnew' as const, valueId }]
          return { aggregate: secretAggregate, stream: secretStream(secretId), commands, context }
        })
        if (handles.length > 0) await aggregates.handleMany(handles)
        if (changed.length > 0) logger.info({ count: changed.length }, 'values of secrets were sealed under the current master key')
        return changed.length === atOnce
      } catch (error) {
        // Without a master key there is nothing to do; who makes a secret is told.
        if (asElvesError(error).code !== 'MASTER_KEY_UNAVAILABLE') throw error
        return false
      }
    },
  }
}
