import { randomUUID } from 'node:crypto'
import type { AccessState, Grant } from '@elves/core/access/access-state.ts'
import { type AskedFor, decide, decideOver, grantsFor } from '@elves/core/access/decide.ts'
import { mayNotSentence, shownTo } from '@elves/core/access/sentences.ts'
import { type Caller, withoutName } from '@elves/core/command-api/command.ts'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import { tellDenial } from '@elves/core/command-api/tell-denial.ts'
import { subjectOf } from '@elves/core/domain/event-subject.ts'
import type { Subject } from '@elves/core/domain/grant/grant.ts'
import { type Permission, permissions } from '@elves/core/domain/permissions.ts'
import { everywhere } from '@elves/core/domain/scope.ts'
import { selects } from '@elves/core/domain/selectors/selector.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { type AgentView, selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { mayKnowApp, mayList, type Visible } from '@elves/core/read-models/visible.ts'
import type { GraphQLField } from 'graphql'
import type { AccessLog } from './access-log.ts'
import { type Needed, neededOfFields } from './needed.ts'
import { isVisibleTask, visibleReadModels } from './visible-read-models.ts'

/** What is asked of the context of a GraphQL operation. */
interface Asking {
  readonly caller: Caller
  restrict(made: () => ReadModels): void
}

/** What subscriptions bring of which somebody may see only some. */
interface SeenItem {
  readonly task?: { readonly view: TaskView }
  readonly agent?: { readonly view: AgentView }
  readonly queue?: { readonly id: string }
  readonly schedule?: { readonly settings: { readonly app: string; readonly agentId: string } }
  readonly app?: { readonly id: string }
  readonly rollout?: { readonly app: string }
  readonly secret?: { readonly name: string }
  readonly position?: string
}

type Resolve = NonNullable<GraphQLField<unknown, unknown>['resolve']>

export interface ReadAccessOptions {
  readonly log: AccessLog
  readonly readModels: ReadModels
  readonly commands: Pick<CommandApi, 'call'>
  /** Resolves when the read models of tasks and queues are there, or too far behind. */
  readonly reached: (position: string) => Promise<void>
  /** Whether auth keys of REST v2 have grants. */
  readonly hasSupervisor: boolean
  readonly logger: Logger
  /** ms since the epoch. */
  readonly now?: () => number
}

/** Decides what a client may read, by roles and grants as they are now. */
export class ReadAccess {
  readonly log: AccessLog
  readonly #options: ReadAccessOptions
  readonly #now: () => number

  /** The read models as nobody is checked: for the answer to a command that was allowed, and for what a decision needs. */
  readonly unfiltered: ReadModels

  constructor(options: ReadAccessOptions) {
    this.#options = options
    this.unfiltered = options.readModels
    this.log = options.log
    this.#now = options.now ?? Date.now
  }

  /** Returns who has to be checked; null: the platform itself, the local admin, or the one auth key of the simple mode. */
  subjectOf({ actor: { kind, id } }: Pick<Caller, 'actor'>): Subject | null {
    if (kind === 'LOCAL' || kind === 'SYSTEM') return null
    if (kind === 'AUTH_KEY') return this.#options.hasSupervisor ? { kind, id } : null
    return { kind: 'USER', id: kind === 'USER' ? id : '' }
  }

  /** Throws FORBIDDEN, which becomes an event. Costs nothing where nobody has to be checked. */
  check(caller: Caller, asked: string, needed: Needed): Promise<void> | undefined {
    const subject = this.subjectOf(caller)
    return subject && needed !== 'COMMAND' && needed !== 'ANYBODY' ? this.#check(caller, subject, asked, needed) : undefined
  }

  /** Throws FORBIDDEN, which becomes an event, where a caller may not do something to what is asked for. */
  async checkFor(caller: Caller, asked: string, permission: Permission, about: { readonly app: string; readonly func?: string }): Promise<void> {
    await this.#grantsFor(caller, asked, permission, about)
  }

  /** Says whether a subject may do something now. */
  async may(subject: Subject, permission: Permission, asked: AskedFor): Promise<boolean> {
    return decide(await this.log.state(), subject, permission, asked, this.#now()).isAllowed
  }

  /** Returns the permissions that a caller has now, over something at least. */
  async permissionsOf(caller: Pick<Caller, 'actor' | 'scopes'>): Promise<readonly Permission[]> {
    const subject = this.subjectOf(caller)
    const usable = permissions.filter((permission) => isInScopes(caller, permission))
    if (!subject) return usable
    const state = await this.log.state()
    return usable.filter((permission) => decide(state, subject, permission, {}, this.#now()).isAllowed)
  }

  /**
   * Returns what a caller may see; null: everything. Asked again for each item of a subscription, because grants change. Throws
   * READ_MODEL_BEHIND (canRetry) where roles and grants could not be read.
   */
  visibleNow(caller: Caller): Visible | null {
    return this.#partsNow('VIEW', caller)
  }

  /** Returns of what a caller may read the events now; null: of everything. Throws as {@link visibleNow} does. */
  auditedNow(caller: Caller): Visible | null {
    return this.#partsNow('AUDIT', caller)
  }

  #partsNow(permission: 'VIEW' | 'AUDIT', caller: Caller): Visible | null {
    const subject = this.subjectOf(caller)
    if (!subject) return null
    const state = this.log.known
    if (!state) throw new ElvesError('READ_MODEL_BEHIND', 'who may do what could not be read', { canRetry: true })
    return partsOf(permission, state, subject, caller, this.#now())
  }

  /** Returns which secrets a caller may know of now, by their names: those that he may use or manage; who audits everything knows of all. */
  async seenSecrets(caller: Pick<Caller, 'actor' | 'scopes'>): Promise<(name: string) => boolean> {
    const subject = this.subjectOf(caller)
    if (!subject) return () => true
    const state = await this.log.state()
    const at = this.#now()
    if (isInScopes(caller, 'AUDIT') && decideOver(state, subject, 'AUDIT', everywhere, at).isAllowed) return () => true
    const usable = (['USE_SECRETS', 'MANAGE_SECRETS'] as const).filter((permission) => isInScopes(caller, permission))
    return (secret) => usable.some((permission) => decide(state, subject, permission, { secret }, at).isAllowed)
  }

  /**
   * Returns the agents on which a caller may run a function, by their parts; null: all. Throws FORBIDDEN, which becomes an event, where he may
   * nowhere.
   */
  async runnableOn(caller: Caller, asked: string, { app, func }: { readonly app: string; readonly func: string }): Promise<Visible | null> {
    const grants = await this.#grantsFor(caller, asked, 'RUN', { app, func })
    return grants === null ? null : grants.map(({ selector }) => ({ apps: [app], selector }))
  }

  /** Guards the fields of `Query`, `Mutation` and `Subscription`. Throws TypeError where no line says who may use one. */
  readonly guard = (path: string, resolve: Resolve): Resolve => {
    const needed = path.startsWith('Mutation.') ? 'COMMAND' : neededOfFields[path]
    if (needed === undefined) throw new TypeError(`query-service/access/needed.ts does not say who may use ${path}`)
    return (source, args, context, info) => {
      const { caller } = context as Asking
      if (!this.subjectOf(caller)) return resolve(source, args, context, info)
      const entered = this.#enter(context as Asking, path, needed)
      if (!path.startsWith('Subscription.')) return entered.then(() => resolve(source, args, context, info))
      return entered.then(async () => this.#whileAllowed(context as Asking, path, needed, await resolve(source, args, context, info)))
    }
  }

  /** Records that an auth key asked to run what it may not. */
  tellDeniedRun(authId: string, path: string, app: string | null): void {
    const caller = { actor: { kind: 'AUTH_KEY', id: authId, name: null }, correlationId: randomUUID(), metadata: {} } as const
    this.#tell(caller, 'RUN', path, 'no grant allows it', app)
  }

  async #enter(context: Asking, path: string, needed: Needed): Promise<void> {
    await this.log.state()
    await this.check(context.caller, path, needed)
    // Also who sees everything now: a subscription outlives grants.
    context.restrict(() => visibleReadModels(this.#options.readModels, () => this.visibleNow(context.caller)))
  }

  /**
   * Asks again before each item, and whenever roles or grants change: who may not have it any more is ended, and what may not be seen is
   * left out.
   */
  #whileAllowed(context: Asking, path: string, needed: Needed, items: unknown): AsyncIterableIterator<unknown> {
    const iterator = (items as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    let refused: { readonly error: unknown } | null = null
    const end = async (): Promise<IteratorReturnResult<undefined>> => {
      forget()
      await iterator.return?.()
      return { done: true, value: undefined }
    }
    const refuse = (error: unknown) => {
      refused ??= { error }
      return end()
    }
    const forget = this.log.onChange(() => {
      this.check(context.caller, path, needed)
        ?.catch(refuse)
        .catch(() => undefined)
    })
    const next = async (): Promise<IteratorResult<unknown>> => {
      try {
        for (;;) {
          const item = await iterator.next()
          if (refused) throw refused.error
          if (item.done) return await end()
          await this.check(context.caller, path, needed)
          if (await this.#isSeen(context.caller, path, item.value)) return item
        }
      } catch (error) {
        await refuse(error)
        throw error
      }
    }
    // No generator: its return would wait for the next item.
    const own: AsyncIterableIterator<unknown> = { next, return: end, [Symbol.asyncIterator]: () => own }
    return own
  }

  async #isSeen(caller: Caller, path: string, item: unknown): Promise<boolean> {
    if (path === 'Subscription.eventAppended') return this.#isAudited(caller, item as RecordedEvent)
    const { secret } = item as SeenItem
    if (secret) return (await this.seenSecrets(caller))(secret.name)
    const visible = this.visibleNow(caller)
    if (visible === null) return true
    const { readModels, reached } = this.#options
    const { task, agent, queue, schedule, app, rollout, position = '' } = item as SeenItem
    if (task) return isVisibleTask(readModels, visible, task.view)
    if (schedule) return isVisibleTask(readModels, visible, schedule.settings)
    if (app) return mayKnowApp(visible, app.id)
    if (rollout) return mayKnowApp(visible, rollout.app)
    if (queue) {
      // By its tasks, which the read models have later than the log.
      await reached(position)
      return (await readModels.of(queuesReadModel).list({ ids: [queue.id], visible }, { first: 1, after: null })).edges.length > 0
    }
    // What is none of these is of a subscription that only those may open who see everything, or that has another permission.
    return agent ? mayList(visible, selectableOf(agent.view)) : true
  }

  /** By the labels that the agent has now, as the list of events does. */
  async #isAudited(caller: Caller, { event }: RecordedEvent): Promise<boolean> {
    const audited = this.auditedNow(caller)
    if (audited === null) return true
    const { app, agentId } = subjectOf(event)
    const ofApp = audited.filter(({ apps }) => apps === null || (app !== null && apps.includes(app)))
    if (ofApp.some(({ selector }) => selector.terms.length === 0)) return true
    const agent = agentId === null || ofApp.length === 0 ? null : await this.#options.readModels.agent(agentId)
    return agent !== null && ofApp.some(({ selector }) => selects(selector, selectableOf(agent)))
  }

  async #check(caller: Caller, subject: Subject, asked: string, { anyOf, over }: Exclude<Needed, string>): Promise<void> {
    const at = this.#now()
    const usable = anyOf.filter((permission) => isInScopes(caller, permission))
    const isAllowed = (state: AccessState) =>
      usable.some((permission) => {
        if (over === 'SOME') return decide(state, subject, permission, {}, at).isAllowed
        return decideOver(state, subject, permission, everywhere, at).isAllowed
      })
    const state = await this.#stateWhere(isAllowed)
    if (isAllowed(state)) return
    const [permission = 'VIEW'] = anyOf
    const message = `${mayNotSentence(state, subject, permission, over === 'SOME' ? {} : everywhere)}: ${asked} needs it`
    this.#tell(caller, permission, asked, message)
    throw new ElvesError('FORBIDDEN', shownTo(caller.actor, message))
  }

  /** Nobody is refused by what is older than his request: a user, a role or a grant may be a moment old. */
  async #stateWhere(isAllowed: (state: AccessState) => boolean): Promise<AccessState> {
    const known = await this.log.state()
    return isAllowed(known) ? known : this.log.asOfNow()
  }

  /** Returns the grants that allow it; null: nobody has to be checked. Throws FORBIDDEN. */
  async #grantsFor(
    caller: Caller,
    asked: string,
    permission: Permission,
    about: { readonly app: string; readonly func?: string },
  ): Promise<readonly Grant[] | null> {
    const subject = this.subjectOf(caller)
    if (!subject) return null
    const because = (state: AccessState) => (isInScopes(caller, permission) ? decide(state, subject, permission, about, this.#now()).because : [])
    const state = await this.#stateWhere((one) => because(one).length > 0)
    const grants = because(state)
    if (grants.length > 0) return grants
    const message = `${mayNotSentence(state, subject, permission, about)}: ${asked} needs it`
    this.#tell(caller, permission, asked, message, about.app)
    throw new ElvesError('FORBIDDEN', shownTo(caller.actor, message))
  }

  #tell(caller: Caller, permission: Permission, asked: string, message: string, app: string | null = null): void {
    const { commands, logger } = this.#options
    commands
      .call(tellDenial, caller, { permission, asked, app, message })
      .catch((error: unknown) =>
        logger.error({ err: error, asked, actor: withoutName(caller.actor) }, 'a denial could not be told to command-service'),
      )
  }
}

function isInScopes({ scopes = null }: Pick<Caller, 'scopes'>, permission: Permission): boolean {
  return scopes === null || scopes.includes(permission)
}

/** Returns over what somebody has a permission; null: over everything. */
function partsOf(permission: 'VIEW' | 'AUDIT', state: AccessState, subject: Subject, caller: Caller, at: number): Visible | null {
  if (!isInScopes(caller, permission)) return []
  const grants = grantsFor(state, subject, permission, at)
  if (grants.some(({ apps, selector }) => apps.includes('*') && selector.terms.length === 0)) return null
  return grants.map(({ apps, selector }) => ({ apps: apps.includes('*') ? null : apps, selector }))
}
