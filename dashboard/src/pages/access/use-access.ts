import { useEffect } from 'react'
import {
  AccessStateDocument,
  type AccessStateQuery,
  AuthKeyChangesDocument,
  GrantChangesDocument,
  GuardChangesDocument,
  LimitChangesDocument,
  LimitsAndGuardsDocument,
  type LimitsAndGuardsQuery,
  RoleChangesDocument,
  UserChangesDocument,
  UserListDocument,
  type UserListQuery,
} from '../../../generated/operations.ts'
import type { AskError } from '../../graphql/ask.ts'
import { useFollowed } from '../../graphql/use-followed.ts'
import { useShown } from '../../graphql/use-shown.ts'
import { useApiLanguage } from '../../words/preferences.ts'

export interface ShownAccess {
  readonly state: AccessStateQuery | undefined
  readonly users: UserListQuery | undefined
  readonly limits: LimitsAndGuardsQuery | undefined
  readonly error: AskError | null
  readonly retry: () => void
  /** Shows what was just done, also while the connection is lost. */
  readonly after: (position: string | null) => void
}

/** What Access shows, true from the position before it was asked for: each kind of it has a subscription of its own. */
export function useAccess(): ShownAccess {
  const language = useApiLanguage()
  const state = useShown('access', AccessStateDocument, { language })
  const users = useShown('users', UserListDocument, {})
  const limits = useShown('limits', LimitsAndGuardsDocument, {})
  const { position } = state
  const changed = () => state.again
  const changedLimits = () => limits.again
  useFollowed(`grants ${language}`, position, GrantChangesDocument, resume, ({ grantChanged }) => grantChanged.position, changed)
  useFollowed(`roles ${language}`, position, RoleChangesDocument, resume, ({ roleChanged }) => roleChanged.position, changed)
  useFollowed(`keys ${language}`, position, AuthKeyChangesDocument, resume, ({ authKeyChanged }) => authKeyChanged.position, changed)
  useFollowed(
    'users',
    position,
    UserChangesDocument,
    resume,
    ({ userChanged }) => userChanged.position,
    () => users.again,
  )
  useFollowed('limits', position, LimitChangesDocument, resume, ({ limitChanged }) => limitChanged.position, changedLimits)
  useFollowed('guards', position, GuardChangesDocument, resume, ({ guardChanged }) => guardChanged.position, changedLimits)
  useExpiry(state.data, () => void state.refetch())
  return {
    state: state.data,
    users: users.data,
    limits: limits.data,
    error: state.error ?? users.error ?? limits.error,
    retry: () => {
      for (const one of [state, users, limits]) one.retry()
    },
    after: (done) => {
      for (const one of [state, users, limits]) one.again(done)
    },
  }
}

const resume = (after: string) => ({ after })

/** Longest wait of a browser's timer. */
const longestMs = 2_147_483_647
/** The platform's clock may be behind the browser's. */
const afterExpiryMs = 1_000

/** A grant expires without an event: the first of those shown that does is waited for. */
function useExpiry(state: AccessStateQuery | undefined, ask: () => void): void {
  const [first] = (state?.grants.nodes ?? []).flatMap(({ expiresAt }) => expiresAt ?? []).sort()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the answer that was shown says when to ask again
  useEffect(() => {
    if (first === undefined) return
    const timer = setTimeout(ask, Math.min(longestMs, Math.max(0, Date.parse(first) - Date.now()) + afterExpiryMs))
    return () => clearTimeout(timer)
  }, [first, state])
}
