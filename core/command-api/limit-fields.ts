import { z } from 'zod'
import type { LimitedKind } from '../domain/limit/limit.ts'
import { everywhere } from '../domain/scope.ts'
import type { About } from './about.ts'

/** What a limit is of. */
export const limitedFields = {
  kind: z.enum(['USER', 'AUTH_KEY', 'APP', 'AGENT']),
  /** An id, the name of an app, or `*`: each that has no limit of its own. A user may be named by name, an agent by ip. */
  of: z.string(),
}

/** Who limits one app manages access to that; all else is about everybody. */
export function aboutLimit({ kind, of }: { readonly kind: LimitedKind; readonly of: string }): readonly About[] {
  return [{ over: kind === 'APP' && of !== '*' ? { ...everywhere, apps: [of] } : everywhere }]
}

/** Who guards one app manages access to that. */
export function aboutGuard({ app }: { readonly app: string }): readonly About[] {
  return [{ over: app === '*' ? everywhere : { ...everywhere, apps: [app] } }]
}
