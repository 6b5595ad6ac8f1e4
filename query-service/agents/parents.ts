import type { AgentView } from '@elves/core/read-models/agents/agent-view.ts'
import type { AgentGroup } from '@elves/core/read-models/agents/groups.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'

export interface AgentParent {
  readonly view: AgentView
  /** ms since the epoch, null for never; undefined if only the view was read. */
  readonly lastSeenAt: number | null | undefined
  /** ms since the epoch: the agent is shown as it was then. */
  readonly asOf?: number
}

export type AgentConnectionParent = Page<AgentParent>

export type AgentGroupParent = AgentGroup
