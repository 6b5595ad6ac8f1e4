import type { JoinTokenView } from '@elves/core/read-models/join-tokens/join-token-view.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'

/** `asOf`, ms since the epoch: the join token is shown as it was then. */
export type JoinTokenParent = JoinTokenView & { readonly asOf?: number }
export type JoinTokenConnectionParent = Page<JoinTokenParent>
