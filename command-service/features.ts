import { agentEnrolmentWriteFeature } from './agent-enrolment/index.ts'
import { agentRemovalWriteFeature } from './agent-removal/index.ts'
import { agentsWriteFeature } from './agents/index.ts'
import { deadlinesWriteFeature } from './deadlines/index.ts'
import type { WriteFeature } from './feature.ts'
import { joinTokensWriteFeature } from './join-tokens/index.ts'
import { processorsWriteFeature } from './processors/index.ts'
import { queueRunnerWriteFeature } from './queue-runner/index.ts'
import { queuesWriteFeature } from './queues/index.ts'
import { schedulerWriteFeature } from './scheduler/index.ts'
import { schedulesWriteFeature } from './schedules/index.ts'
import { tasksWriteFeature } from './tasks/index.ts'
import { waitingTasksWriteFeature } from './waiting-tasks/index.ts'
import { webhookSenderWriteFeature } from './webhook-sender/index.ts'
import { webhooksWriteFeature } from './webhooks/index.ts'

/** Every feature of the write side; their managers stop in this order. */
export const writeFeatures: readonly WriteFeature[] = [
  // One feature per line.
  deadlinesWriteFeature,
  waitingTasksWriteFeature,
  agentsWriteFeature,
  agentRemovalWriteFeature,
  agentEnrolmentWriteFeature,
  joinTokensWriteFeature,
  schedulerWriteFeature,
  schedulesWriteFeature,
  queueRunnerWriteFeature,
  queuesWriteFeature,
  processorsWriteFeature,
  tasksWriteFeature,
  webhookSenderWriteFeature,
  webhooksWriteFeature,
]
