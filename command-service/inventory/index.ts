import { holdLease } from '@elves/core/eventing/leases/lease.ts'
import type { WriteFeature } from '../feature.ts'
import { addressRule } from '../webhook-sender/address-rule.ts'
import { Inventory } from './inventory.ts'

const requestMs = 30_000

/** Labels that an inventory gives agents. Without a file there is nothing to do, and no lease to hold. */
export const inventoryWriteFeature: WriteFeature = ({ aggregates, agents, pool, instanceId, settings, logger }) => {
  const { inventoryFile: path, webhooks } = settings
  if (path === '') return {}
  const own = logger.child({ part: 'inventory' })
  const inventory = new Inventory({ path, aggregates, agents, rule: addressRule(webhooks.networks), timeoutMs: requestMs, logger: own })
  const whileHeld: Parameters<typeof holdLease>[0]['whileHeld'] = (lease) => inventory.whileHeld(lease)
  return { managers: { inventory: holdLease({ pool, name: 'inventory', owner: instanceId, logger, whileHeld }) } }
}
