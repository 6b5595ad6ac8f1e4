import { agentEnrolmentWriteFeature } from './agent-enrolment/index.ts'
import { agentRemovalWriteFeature } from './agent-removal/index.ts'
import { agentsWriteFeature } from './agents/index.ts'
import { appDistributionWriteFeature } from './app-distribution/index.ts'
import { appsWriteFeature } from './apps/index.ts'
import { authKeysWriteFeature } from './auth-keys/index.ts'
import { deadLettersWriteFeature } from './dead-letters/index.ts'
import { deadlinesWriteFeature } from './deadlines/index.ts'
import type { WriteFeature } from './feature.ts'
import { grantsWriteFeature } from './grants/index.ts'
import { inventoryWriteFeature } from './inventory/index.ts'
import { joinTokensWriteFeature } from './join-tokens/index.ts'
import { limitsWriteFeature } from './limits/index.ts'
import { logTreeWriteFeature } from './log-tree/index.ts'
import { lostProcessingWriteFeature } from './lost-processing/index.ts'
import { processorsWriteFeature } from './processors/index.ts'
import { queueRunnerWriteFeature } from './queue-runner/index.ts'
import { queuesWriteFeature } from './queues/index.ts'
import { rebuildsWriteFeature } from './rebuilds/index.ts'
import { refusedRequestsWriteFeature } from './refused-requests/index.ts'
import { schedulerWriteFeature } from './scheduler/index.ts'
import { schedulesWriteFeature } from './schedules/index.ts'
import { secretsWriteFeature } from './secrets/index.ts'
import { tasksWriteFeature } from './tasks/index.ts'
import { usersWriteFeature } from './users/index.ts'
import { waitingTasksWriteFeature } from './waiting-tasks/index.ts'
import { watcherWriteFeature } from './watcher/index.ts'
import { webhookSenderWriteFeature } from './webhook-sender/index.ts'
import { webhooksWriteFeature } from './webhooks/index.ts'

/** Every feature of the write side; their managers stop in this order. */
export const writeFeatures: readonly WriteFeature[] = [
  // One feature per line.
  deadlinesWriteFeature,
  waitingTasksWriteFeature,
  lostProcessingWriteFeature,
  agentsWriteFeature,
  agentRemovalWriteFeature,
  agentEnrolmentWriteFeature,
  joinTokensWriteFeature,
  appDistributionWriteFeature,
  appsWriteFeature,
  inventoryWriteFeature,
  usersWriteFeature,
  schedulerWriteFeature,
  schedulesWriteFeature,
  queueRunnerWriteFeature,
  queuesWriteFeature,
  processorsWriteFeature,
  tasksWriteFeature,
  webhookSenderWriteFeature,
  webhooksWriteFeature,
  authKeysWriteFeature,
  grantsWriteFeature,
  refusedRequestsWriteFeature,
  limitsWriteFeature,
  secretsWriteFeature,
  logTreeWriteFeature,
  deadLettersWriteFeature,
  rebuildsWriteFeature,
  watcherWriteFeature,
]
