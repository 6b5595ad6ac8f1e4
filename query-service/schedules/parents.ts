import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { FireView } from '@elves/core/read-models/schedules/fires.ts'
import type { ScheduleView } from '@elves/core/read-models/schedules/schedule-view.ts'

/** `asOf`, ms since the epoch: the schedule is shown as it was then. */
export type ScheduleParent = ScheduleView & { readonly asOf?: number }
export type FireParent = FireView
export type ScheduleConnectionParent = Page<ScheduleParent>
export type FireConnectionParent = Page<FireParent>
