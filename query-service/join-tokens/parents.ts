import type { JoinTokenView } from '@elves/core/read-models/join-tokens/join-token-view.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'

export type JoinTokenParent = JoinTokenView
export type JoinTokenConnectionParent = Page<JoinTokenParent>
