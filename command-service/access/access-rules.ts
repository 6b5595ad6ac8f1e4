import { type AccessState, accessPrefixes } from '@elves/core/access/access-state.ts'
import { type AskedFor, allGrantsFor, allGrantsOf, decide, decideOver, isFor } from '@elves/core/access/decide.ts'
import { mayNotSentence } from '@elves/core/access/sentences.ts'
import type { About, SecretUse } from '@elves/core/command-api/about.ts'
import type { AnyCommand, Caller } from '@elves/core/command-api/command.ts'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import type { Subject } from '@elves/core/domain/grant/grant.ts'
import type { Permission } from '@elves/core/domain/permissions.ts'
import { everywhere, type Scope } from '@elves/core/domain/scope.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { isHexId } from '@elves/core/foundation/ids.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import type { Value } from '@elves/schemas/generated/types.ts'
import type { Denials } from './denials.ts'
import type { KnownAccess } from './known-access.ts'
import type { Thing, Things } from './things.ts'

export interface AccessRulesOptions {
  readonly known: KnownAccess
  readonly things: Things
  readonly denials: Denials
  /** Whether auth keys of REST v2 have grants. Else the configured pair may do everything, and a key that people made what its grants say. */
  readonly hasSupervisor: boolean
  /** ms since the epoch. */
  readonly now?: () => number
}

/** Things of one request that are looked up at once, so that their streams are read together. */
const lookedUpTogether = 500

/** A call of an app that somebody asked for; its parameter may refer to secrets. */
export interface AskedRun {
  readonly app: string
  readonly func: string
  readonly agentId: string
  readonly param: Value | null
}

/** What is denied, for the refusal and for the event. */
interface Missing {
  readonly permission: Permission
  readonly message: string
  readonly asked: AskedFor
}

/** Decides whether the sender of a command may send it, by roles and grants as they are now. */
export class AccessRules {
  readonly #options: AccessRulesOptions
  readonly #now: () => number

  constructor(options: AccessRulesOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  observe(events: readonly RecordedEvent[]): void {
    this.#options.known.observe(events)
    this.#options.things.observe(events)
  }

  /** An event can not be read. Where it may say who may do what, nobody is let through until a release reads it. */
  unreadable(stream: string): void {
    this.#options.things.unreadable(stream)
    if (accessPrefixes.some((prefix) => stream.startsWith(prefix))) this.#options.known.forget()
  }

  /** Who may do what, as this instance knows it now. */
  state(): Promise<AccessState> {
    return this.#options.known.state()
  }

  /** Returns who has to be checked; null: the platform itself, an agent, the local admin, or the configured pair of REST v2. */
  async subjectOf({ actor: { kind, id } }: Caller): Promise<Subject | null> {
    switch (kind) {
      case 'LOCAL':
      case 'AGENT':
      case 'SCHEDULE':
      case 'SYSTEM':
        return null
      case 'AUTH_KEY':
        // The service that took its signature may be set otherwise than this one: a key that people made is checked in any case.
        return this.#options.hasSupervisor || (isHexId(id) && (await this.state()).authKeys.has(id)) ? { kind, id } : null
      case 'USER':
        return { kind, id }
      case 'UNKNOWN':
        // A kind of a later release: nothing is known that would allow it anything.
        return { kind: 'USER', id: '' }
    }
  }

  /** Returns why the sender may not send this command, or null. A denial becomes an event. */
  async refusalOf(
    caller: Caller,
    command: Pick<AnyCommand, 'name' | 'permission' | 'about' | 'isOfOneself' | 'secrets'>,
    request: unknown,
  ): Promise<Rejection | null> {
    const { permission } = command
    const subject = await this.subjectOf(caller)
    if (!subject || permission === null) return null
    // An access token that is not for everything is for nothing but what it names, even where its user needs no permission.
    const isFree = command.isOfOneself?.(request, caller.actor) && (caller.scopes ?? null) === null
    if (isFree) return null
    const missing = await this.#missing(caller, subject, permission, () => command.about(request))
    return this.#denied(caller, command.name, missing ?? (await this.#missingSecrets(caller, subject, command.secrets?.(request) ?? [])))
  }

  /**
   * Returns why somebody may not have these runs any more, or null: an approval, a commit and a fire come after he asked. He must hold the
   * permission, and USE_SECRETS for each secret that a run refers to.
   */
  refusalOfRuns(asker: Caller, name: string, permission: 'RUN' | 'SCHEDULE', runs: readonly AskedRun[]): Promise<Rejection | null> {
    const about = () => runs.map(({ app, func, agentId: agent }) => ({ app, func, agent }))
    const secrets = () => runs.map(({ app, param }) => ({ app, param: inlineText(param) }))
    return this.refusalOf(asker, { name, permission, about, secrets }, null)
  }

  /**
   * Returns why the sender may not hand on these permissions over a scope, or null. Nobody gives what he does not have: he must hold each of
   * them, and MANAGE_ACCESS, over all of the scope, each by one grant.
   */
  refusalOfGiving(caller: Caller, name: string, permissions: readonly Permission[], scope: Scope): Promise<Rejection | null> {
    return this.refusalOver(caller, name, ['MANAGE_ACCESS', ...permissions], scope)
  }

  /** Returns why the sender has not each of these permissions over all of a scope, each by one grant; null where he has. */
  async refusalOver(caller: Caller, name: string, permissions: readonly Permission[], scope: Scope): Promise<Rejection | null> {
    const subject = await this.subjectOf(caller)
    if (!subject) return null
    for (const permission of permissions) {
      const missing = await this.#missing(caller, subject, permission, () => [{ over: scope }])
      if (missing) return this.#denied(caller, name, missing)
    }
    return null
  }

  /**
   * Returns why the sender may not decide about somebody, or null: about a user's roles, password or sessions. Whoever could would have all
   * that the other has, so he must be able to give it. The same of a role that a user is given.
   */
  async refusalAboutHolder(caller: Caller, name: string, holder: Subject): Promise<Rejection | null> {
    if (!(await this.subjectOf(caller))) return null
    const state = await this.state()
    const held = allGrantsOf(state, holder, this.#now())
    for (const grant of held) {
      const refusal = await this.refusalOfGiving(caller, name, [grant.permission], grant)
      if (refusal) return refusal
    }
    return null
  }

  /** The same of an agent whose labels change: nobody may gain by labels that he gives, nor take the agent to where he manages none. */
  async refusalOfLabels(caller: Caller, name: string, agent: string, labels: Readonly<Record<string, string>>): Promise<Rejection | null> {
    const subject = await this.subjectOf(caller)
    if (!subject) return null
    const asked = await this.#options.things.agent(agent)
    if (!asked.known) return null
    const state = await this.state()
    const at = this.#now()
    const after = await this.#options.things.agentWith(agent, labels)
    if (!decide(state, subject, 'MANAGE_AGENTS', { agent: after }, at).isAllowed) {
      const message = `with these labels agent ${agent} would be one that you do not manage; that needs MANAGE_AGENTS for it as it would be`
      return this.#denied(caller, name, { permission: 'MANAGE_AGENTS', message, asked: { agent: asked } })
    }
    const grants = allGrantsFor(state, subject, at)
    const gained = grants.find((grant) => isFor(grant, { agent: after }) && !isFor(grant, { agent: asked }))
    if (!gained || decide(state, subject, 'MANAGE_ACCESS', { agent: asked }, at).isAllowed) return null
    const message = `with these labels you would get ${gained.permission} on agent ${agent} (grant ${gained.id}); that needs MANAGE_ACCESS`
    return this.#denied(caller, name, { permission: 'MANAGE_ACCESS', message, asked: { agent: asked } })
  }

  async #missing(caller: Caller, subject: Subject, permission: Permission, about: () => readonly About[]): Promise<Missing | null> {
    const { scopes = null } = caller
    if (scopes && !scopes.includes(permission)) {
      return { permission, message: `the access token is not for ${permission}: it has ${scopes.join(', ') || 'no scope'}`, asked: {} }
    }
    const state = await this.state()
    const at = this.#now()
    if (decideOver(state, subject, permission, everywhere, at).isAllowed) return null
    // Nothing is looked up for somebody who has nothing of the kind.
    const any = decide(state, subject, permission, {}, at)
    if (!any.isAllowed) return { permission, message: mayNotSentence(state, subject, permission, {}), asked: {} }
    const all = about()
    for (let from = 0; from < all.length; from += lookedUpTogether) {
      const things = await Promise.all(all.slice(from, from + lookedUpTogether).map((one) => this.#options.things.of(one)))
      const missing = things.flat().find((thing) => !isAllowed(state, subject, permission, thing, at))
      if (missing) return missingFor(state, subject, permission, missing)
    }
    return null
  }

  async #missingSecrets(caller: Caller, subject: Subject, uses: readonly SecretUse[]): Promise<Missing | null> {
    const things = (await Promise.all(uses.map((use) => this.#options.things.ofSecrets(use)))).flat()
    if (things.length === 0) return null
    const { scopes = null } = caller
    const permission = 'USE_SECRETS'
    if (scopes && !scopes.includes(permission)) return { permission, message: 'the access token is not for USE_SECRETS', asked: {} }
    const state = await this.state()
    const missing = things.find((thing) => !isAllowed(state, subject, permission, thing, this.#now()))
    return missing ? missingFor(state, subject, permission, missing) : null
  }

  #denied(caller: Caller, command: string, missing: Missing | null): Rejection | null {
    if (!missing) return null
    const { permission, message, asked } = missing
    const { app = null, func = null, agent = null } = asked
    this.#options.denials.tell(caller, { permission, command, app, func, agentId: agent?.known?.id ?? null, message, code: 'FORBIDDEN' })
    return rejection('FORBIDDEN', message)
  }
}

function isAllowed(state: AccessState, subject: Subject, permission: Permission, thing: Thing, at: number): boolean {
  if ('over' in thing) return decideOver(state, subject, permission, thing.over, at).isAllowed
  return decide(state, subject, permission, thing.asked, at).isAllowed
}

function missingFor(state: AccessState, subject: Subject, permission: Permission, thing: Thing): Missing {
  if ('asked' in thing) return { permission, message: mayNotSentence(state, subject, permission, thing.asked), asked: thing.asked }
  return { permission, message: mayNotSentence(state, subject, permission, thing.over), asked: {} }
}
