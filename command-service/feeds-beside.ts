import { accessEventsFeed } from './access/access-events-table.ts'
import { linkedAgentsFeed } from './agents/linked-agents-feed.ts'
import { distributionFeed } from './app-distribution/distribution-feed.ts'
import { processingFeed } from './lost-processing/processing-table.ts'
import type { FedBeside } from './open-attempts/open-attempts-table.ts'
import { queueTasksFeed } from './queue-runner/queue-tasks-feed.ts'
import { rebuildsFeed } from './rebuilds/rebuilds-feed.ts'
import { periodsFeed } from './scheduler/periods-table.ts'
import { taskRatesFeed } from './task-limits/task-rates.ts'
import { waitingTasksFeed } from './waiting-tasks/waiting-tasks-table.ts'
import { openIncidentsFeed } from './watcher/open-incidents.ts'
import { webhooksFeed } from './webhook-sender/webhooks-feed.ts'

/** What the log feeds in one pass with the open attempts, in the tables of this schema. */
export function feedsBeside(schema: string): readonly FedBeside[] {
  return feeds.map((feed) => feed(schema))
}

export const feeds: readonly ((schema: string) => FedBeside)[] = [
  // One feed per line.
  waitingTasksFeed,
  periodsFeed,
  queueTasksFeed,
  webhooksFeed,
  processingFeed,
  distributionFeed,
  accessEventsFeed,
  taskRatesFeed,
  linkedAgentsFeed,
  rebuildsFeed,
  openIncidentsFeed,
]
