import type { AppAgentView } from '@elves/core/read-models/app-agents/app-agent-view.ts'
import type { AppVersionView } from '@elves/core/read-models/apps/app-version-view.ts'
import type { AppView } from '@elves/core/read-models/apps/app-view.ts'
import type { RolloutView } from '@elves/core/read-models/apps/rollout-view.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'

/** `asOf`, ms since the epoch: it is shown as it was then. */
interface AsOf {
  readonly asOf?: number
}

export type AppParent = AppView & AsOf
export type AppConnectionParent = Page<AppParent>
export type AppVersionParent = AppVersionView
export type AppVersionConnectionParent = Page<AppVersionParent>
export type AppOnAgentParent = AppAgentView
export type AppOnAgentConnectionParent = Page<AppOnAgentParent>
export type RolloutParent = RolloutView & AsOf
export type RolloutConnectionParent = Page<RolloutParent>
