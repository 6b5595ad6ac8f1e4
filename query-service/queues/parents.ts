import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { QueueView } from '@elves/core/read-models/queues/queue-view.ts'

export type QueueParent = QueueView
export type QueueConnectionParent = Page<QueueParent>
