import type { KnownGuard } from '@elves/core/limits/known-guard.ts'
import type { KnownLimit } from '@elves/core/limits/known-limit.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { RunTaskPayloadParent } from '../tasks/parents.ts'

export type LimitParent = KnownLimit
export type GuardParent = KnownGuard
export type LimitConnectionParent = Page<KnownLimit>
export type GuardConnectionParent = Page<KnownGuard>
export type ApprovalPayloadParent = Pick<RunTaskPayloadParent, 'task' | 'position' | 'refusal'>
