import { secretAggregate, secretStream } from '@elves/core/domain/secret/secret.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { ProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import { randomHexId } from '@elves/core/foundation/ids.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { contextOfPart } from '../tasks/system-context.ts'
import { underMasterKey } from '../under-master-key.ts'
import type { SecretValues } from './secret-values.ts'

export interface SecretSealingOptions {
  readonly aggregates: Pick<Aggregates, 'handleMany' | 'load' | 'refresh'>
  readonly values: Pick<SecretValues, 'sealAnew' | 'settled' | 'remove'>
  readonly logger: Logger
}

const name = 'secret-sealing'

/**
 * Brings all values under the current master key, with an event each. It also removes values that processes left which died before the event,
 * or before they had removed a former one.
 */
export function secretSealing({ aggregates, values, logger }: SecretSealingOptions): ProcessManager {
  async function removeLeft(): Promise<void> {
    const kept = await values.settled()
    await aggregates.refresh(kept.map(({ secretId }) => secretStream(secretId)))
    const states = await Promise.all(kept.map(async ({ secretId }) => (await aggregates.load(secretAggregate, secretStream(secretId))).state))
    const left = kept.filter(({ valueId }, index) => states[index]?.phase !== 'CURRENT' || states[index]?.valueId !== valueId)
    if (left.length > 0) await values.remove(left)
  }

  async function wrapAnew(limit: number): Promise<number> {
    const changed = await values.sealAnew(limit)
    const context = contextOfPart(name, randomHexId())
    const handles = changed.map(({ secretId, valueId }) => {
      const commands = [{ type: 'TellSealedAnew' as const, valueId }]
      return { aggregate: secretAggregate, stream: secretStream(secretId), commands, context }
    })
    if (handles.length > 0) await aggregates.handleMany(handles)
    return changed.length
  }

  return underMasterKey({ name, what: 'values of secrets', removeLeft, wrapAnew }, logger)
}
