import type { Subject } from '../domain/grant/grant.ts'
import { type Permission, partsOfPermission } from '../domain/permissions.ts'
import { covers, hasName, type Scope } from '../domain/scope.ts'
import { type SelectableAgent, selects } from '../domain/selectors/selector.ts'
import type { AccessState, Grant } from './access-state.ts'

/** An agent as somebody names it: it is null where no agent has the name. */
export interface AskedAgent {
  readonly name: string
  readonly known: SelectableAgent | null
}

/** What somebody wants to do it to. A part that is absent is any: the answer is then whether it is allowed for some. */
export interface AskedFor {
  readonly app?: string | null
  readonly func?: string | null
  readonly agent?: AskedAgent | null
  /** Name of a secret. */
  readonly secret?: string | null
}

export interface AccessDecision {
  readonly isAllowed: boolean
  /** The grants that allow it; those of a role have ids such as `role:operator:RUN`. */
  readonly because: readonly Grant[]
}

/** Says whether a subject may do something at an instant, and why. What nothing allows is not allowed. */
export function decide(state: AccessState, subject: Subject, permission: Permission, asked: AskedFor, at: number): AccessDecision {
  const because = grantsFor(state, subject, permission, at).filter((grant) => isFor(grant, asked))
  return { isAllowed: because.length > 0, because }
}

/** Says whether one grant allows it over all of a scope, whatever apps and agents there will be. */
export function decideOver(state: AccessState, subject: Subject, permission: Permission, scope: Scope, at: number): AccessDecision {
  const parts = partsOfPermission[permission]
  const because = allGrantsFor(state, subject, at).filter((grant) => grant.permission === permission && covers(grant, scope, parts))
  return { isAllowed: because.length > 0, because }
}

/** Returns all grants by which a subject holds a permission at an instant: its own, those of its roles, and those given to these. */
export function grantsFor(state: AccessState, subject: Subject, permission: Permission, at: number): readonly Grant[] {
  return allGrantsFor(state, subject, at).filter((grant) => grant.permission === permission)
}

export function allGrantsFor(state: AccessState, subject: Subject, at: number): readonly Grant[] {
  const isOut = subject.kind === 'USER' && !state.users.get(subject.id)?.isEnabled
  return isOut ? [] : allGrantsOf(state, subject, at)
}

/** The same, also of a user who is disabled: who is enabled again has them. */
export function allGrantsOf(state: AccessState, subject: Subject, at: number): readonly Grant[] {
  return state.heldBy(subject).filter(({ expiresAt }) => expiresAt === null || at < expiresAt)
}

/** Returns true if a grant allows what is asked for: in the parts that its permission looks at. */
export function isFor(grant: Grant, asked: AskedFor): boolean {
  return partsOfPermission[grant.permission].every((part) => isForPart(grant, part, asked))
}

function isForPart(grant: Grant, part: keyof Scope, { app, func, agent, secret }: AskedFor): boolean {
  switch (part) {
    case 'apps':
      return app === undefined || app === null || hasName(grant.apps, app)
    case 'funcs':
      return func === undefined || func === null || hasName(grant.funcs, func)
    case 'secrets':
      return secret === undefined || secret === null || hasName(grant.secrets, secret)
    case 'agents':
      if (agent === undefined || agent === null || grant.selector.terms.length === 0) return true
      return agent.known !== null && selects(grant.selector, agent.known)
  }
}

/** Every user and auth key that may do it at an instant, with the reasons: users first, by name. */
export function whoCan(
  state: AccessState,
  permission: Permission,
  asked: AskedFor,
  at: number,
): readonly { readonly subject: Subject; readonly decision: AccessDecision }[] {
  const byName = (one: { readonly name: string }, other: { readonly name: string }) => (one.name < other.name ? -1 : 1)
  const users = [...state.users.values()].sort(byName).map(({ id }): Subject => ({ kind: 'USER', id }))
  const keys = [...state.authKeys.values()].sort(byName).map(({ id }): Subject => ({ kind: 'AUTH_KEY', id }))
  return [...users, ...keys]
    .map((subject) => ({ subject, decision: decide(state, subject, permission, asked, at) }))
    .filter(({ decision }) => decision.isAllowed)
}
