import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { DeliveryView } from '@elves/core/read-models/webhooks/deliveries.ts'
import type { WebhookView } from '@elves/core/read-models/webhooks/webhook-view.ts'

export type WebhookParent = WebhookView
export type DeliveryParent = DeliveryView
export type WebhookConnectionParent = Page<WebhookParent>
export type DeliveryConnectionParent = Page<DeliveryParent>
