import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { QueueView } from '@elves/core/read-models/queues/queue-view.ts'

/** `asOf`, ms since the epoch: the queue is shown as it was then. */
export type QueueParent = QueueView & { readonly asOf?: number }
export type QueueConnectionParent = Page<QueueParent>
