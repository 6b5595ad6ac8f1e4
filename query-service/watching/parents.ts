import type { IncidentView } from '@elves/core/read-models/event-log/incidents.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { InstanceView, LeaseView, OpenIncidentView, SlowQueryView } from '@elves/core/read-models/watching.ts'
import type { Flow } from './flows.ts'

export type ComponentParent = InstanceView
export type FlowParent = Flow
export type LeaseParent = LeaseView
export type SlowQueryParent = SlowQueryView
export type OpenIncidentParent = OpenIncidentView
export type IncidentParent = IncidentView
export type IncidentConnectionParent = Page<IncidentView>
