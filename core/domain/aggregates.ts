import { ageingAggregate } from './ageing/ageing.ts'
import { agentAggregate } from './agent/agent.ts'
import { agentAppsAggregate } from './agent-apps/agent-apps.ts'
import { agentIpAggregate } from './agent-ip/agent-ip.ts'
import { agentLinkAggregate } from './agent-link/agent-link.ts'
import type { AggregateName, AnyAggregate } from './aggregate.ts'
import { appAggregate } from './app/app.ts'
import { authKeyAggregate } from './auth-key/auth-key.ts'
import { deadLetterAggregate } from './dead-letter/dead-letter.ts'
import { denialAggregate } from './denial/denial.ts'
import { grantAggregate } from './grant/grant.ts'
import { guardAggregate } from './guard/guard.ts'
import { incidentAggregate } from './incident/incident.ts'
import { inventoryAggregate } from './inventory/inventory.ts'
import { joinTokenAggregate } from './join-token/join-token.ts'
import { limitAggregate } from './limit/limit.ts'
import { processorAggregate } from './processor/processor.ts'
import { queueAggregate } from './queue/queue.ts'
import { rebuildAggregate } from './rebuild/rebuild.ts'
import { refusedRequestAggregate } from './refused-request/refused-request.ts'
import { roleAggregate } from './role/role.ts'
import { scheduleAggregate } from './schedule/schedule.ts'
import { secretAggregate } from './secret/secret.ts'
import { taskAggregate } from './task/task.ts'
import { userAggregate } from './user/user.ts'
import { webhookAggregate } from './webhook/webhook.ts'

/** Every aggregate of the platform. If one has a folder of events and is missing here, this does not compile. */
const byName = {
  task: taskAggregate,
  agent: agentAggregate,
  'agent-ip': agentIpAggregate,
  'agent-link': agentLinkAggregate,
  'join-token': joinTokenAggregate,
  app: appAggregate,
  'agent-apps': agentAppsAggregate,
  inventory: inventoryAggregate,
  schedule: scheduleAggregate,
  queue: queueAggregate,
  processor: processorAggregate,
  webhook: webhookAggregate,
  user: userAggregate,
  role: roleAggregate,
  grant: grantAggregate,
  'auth-key': authKeyAggregate,
  secret: secretAggregate,
  denial: denialAggregate,
  'refused-request': refusedRequestAggregate,
  'dead-letter': deadLetterAggregate,
  rebuild: rebuildAggregate,
  incident: incidentAggregate,
  limit: limitAggregate,
  guard: guardAggregate,
  ageing: ageingAggregate,
} satisfies { readonly [Name in AggregateName]: AnyAggregate & { readonly name: Name } }

export const aggregates: readonly AnyAggregate[] = Object.values(byName)

/** Returns the aggregate that a stream belongs to, or null. */
export function aggregateOfStream(stream: string): AnyAggregate | null {
  return aggregates.find((aggregate) => aggregate.idOf(stream) !== null) ?? null
}
