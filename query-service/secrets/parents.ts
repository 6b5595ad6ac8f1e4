import type { KnownSecret } from '@elves/core/access/known-secret.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'

export type SecretParent = KnownSecret
export type SecretConnectionParent = Page<SecretParent>
