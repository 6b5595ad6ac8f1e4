import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { Actor } from '@elves/schemas/generated/types.ts'

export type EventParent = RecordedEvent
export type ActorParent = Actor
export type EventConnectionParent = Page<EventParent>
