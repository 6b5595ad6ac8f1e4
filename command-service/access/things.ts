import type { AskedAgent, AskedFor } from '@elves/core/access/decide.ts'
import { secretsOfManifest } from '@elves/core/app-package/manifest.ts'
import type { About, AboutThing, SecretUse } from '@elves/core/command-api/about.ts'
import { scopeOfWebhook } from '@elves/core/command-api/webhook-fields.ts'
import { agentAggregate, agentStream } from '@elves/core/domain/agent/agent.ts'
import { agentIpAggregate } from '@elves/core/domain/agent-ip/agent-ip.ts'
import { appAggregate, appStream, isAppName } from '@elves/core/domain/app/app.ts'
import { knownVersion } from '@elves/core/domain/app/state.ts'
import { queueAggregate } from '@elves/core/domain/queue/queue.ts'
import { scheduleAggregate } from '@elves/core/domain/schedule/schedule.ts'
import type { Scope } from '@elves/core/domain/scope.ts'
import type { SelectableAgent } from '@elves/core/domain/selectors/selector.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { nobodyId } from '@elves/core/domain/user/user.ts'
import { webhookAggregate } from '@elves/core/domain/webhook/webhook.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { gatheredReads } from '@elves/core/eventing/gathered-reads.ts'
import { isHexId } from '@elves/core/foundation/ids.ts'
import { setBounded } from '@elves/core/foundation/set-bounded.ts'
import { type AgentView, evolveAgentView, selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import { secretNamesIn } from '@elves/schemas/link/secret-references.ts'
import type { AgentDirectory } from '../agents/agent-directory.ts'
import { aboutTask, TasksOfQueues } from './tasks-of-queues.ts'

/** One thing, or all of a scope. */
export type Thing = { readonly asked: AskedFor } | { readonly over: Scope }

/** Finds out what the things are that requests name by their ids. */
export interface Things {
  /** Returns nothing for an id that names nothing: the command then refuses by itself. */
  of(about: About): Promise<readonly Thing[]>
  /** Returns one for each secret that a request refers to, with the app that it is for. */
  ofSecrets(use: SecretUse): Promise<readonly Thing[]>
  agent(idOrIp: string): Promise<AskedAgent>
  /** Returns the agent as it would be if people gave it these labels. */
  agentWith(idOrIp: string, labels: Readonly<Record<string, string>>): Promise<AskedAgent>
  /** Forgets agents that changed. */
  observe(events: readonly RecordedEvent[]): void
  /** An event of this stream can not be read. */
  unreadable(stream: string): void
}

export interface ThingsOptions {
  readonly store: Pick<EventStore, 'readStream' | 'readStreams'>
  readonly aggregates: Pick<Aggregates, 'load'>
  readonly agents: AgentDirectory
}

/** Most agents whose labels are remembered. */
const agentsInMemory = 10_000

export function things({ store, aggregates, agents }: ThingsOptions): Things {
  const known = new Map<string, SelectableAgent>()
  const read = gatheredReads(store)
  const tasksOfQueues = new TasksOfQueues(store)
  let generation = 0

  async function agent(name: string): Promise<AskedAgent> {
    const found = await agents.find(name, { isRemovedToo: true })
    if (!found) return { name, known: null }
    const { agentId, ip } = found
    const remembered = known.get(agentId)
    if (remembered?.ip === ip) return { name, known: remembered }
    const before = generation
    const view = await viewOf(agentId)
    if (!view) return { name, known: null }
    const selectable = selectableOf({ ...view, ip })
    if (generation === before) setBounded(known, agentId, selectable, agentsInMemory)
    return { name, known: selectable }
  }

  async function viewOf(agentId: string): Promise<AgentView | null> {
    let view: AgentView | null = null
    for (const event of await read(agentStream(agentId))) {
      if (agentAggregate.isEvent(event)) view = evolveAgentView(view, agentId, event)
    }
    return view
  }

  async function agentWith(name: string, givenLabels: Readonly<Record<string, string>>): Promise<AskedAgent> {
    const found = await agents.find(name, { isRemovedToo: true })
    const view = found && (await viewOf(found.agentId))
    if (!found || !view) return { name, known: null }
    return { name, known: selectableOf({ ...view, ip: found.ip, enrolment: { ...view.enrolment, givenLabels } }) }
  }

  async function askedOf({ app = null, func = null, agent: name = null, secret = null }: AboutThing): Promise<Thing> {
    return { asked: { app, func, agent: name === null ? null : await agent(name), secret } }
  }

  async function task(id: string): Promise<readonly Thing[]> {
    const [first] = isHexId(id) ? await store.readStream(taskStream(id), { limit: 1 }) : []
    const about = first && aboutTask(first)
    return about ? [await askedOf(about)] : []
  }

  async function queue(id: string, added: readonly AboutThing[]): Promise<readonly Thing[]> {
    if (!isHexId(id)) return []
    const { state } = await aggregates.load(queueAggregate, queueAggregate.streamOf(id))
    if (state.phase === 'NONE') return []
    const ofQueue = added.map((about) => ({ ...about, app: about.app ?? state.app }))
    return Promise.all([{ app: state.app }, ...ofQueue, ...(await tasksOfQueues.of(id))].map(askedOf))
  }

  async function schedule(id: string, changed: AboutThing | undefined): Promise<readonly Thing[]> {
    if (!isHexId(id)) return []
    const { settings } = (await aggregates.load(scheduleAggregate, scheduleAggregate.streamOf(id))).state
    if (!settings) return []
    const { app, func, agentId } = settings
    return [await askedOf({ app: changed?.app ?? app, func: changed?.func ?? func, agent: changed?.agent ?? agentId })]
  }

  async function webhook(id: string): Promise<readonly Thing[]> {
    if (!isHexId(id)) return []
    const { settings } = (await aggregates.load(webhookAggregate, webhookAggregate.streamOf(id))).state
    return settings ? [{ over: scopeOfWebhook(settings.filter) }] : []
  }

  /** Of what is no reference, the decision about the task says so. */
  function namedIn(app: string, param: string | null): readonly Thing[] {
    const names = secretNamesIn(param)
    return 'wrong' in names ? [] : names.map((secret) => ({ asked: { app, secret } }))
  }

  async function ofSecrets(use: SecretUse): Promise<readonly Thing[]> {
    if ('queue' in use) {
      const { state } = await aggregates.load(queueAggregate, queueAggregate.streamOf(isHexId(use.queue) ? use.queue : nobodyId))
      return namedIn(use.app ?? state.app ?? '', use.param)
    }
    if ('schedule' in use) {
      // Whatever changes of it: for another agent or function the secret is used anew, and who changes or resumes it lets it fire.
      const { app = null, param = null } = use
      const { settings } = (await aggregates.load(scheduleAggregate, scheduleAggregate.streamOf(isHexId(use.schedule) ? use.schedule : nobodyId)))
        .state
      return namedIn(app ?? settings?.app ?? '', param ?? inlineText(settings?.param ?? null))
    }
    if ('param' in use) return namedIn(use.app, use.param)
    if (!isAppName(use.app)) return []
    const { state } = await aggregates.load(appAggregate, appStream(use.app))
    return secretsOfManifest(knownVersion(state, use.version)?.manifest ?? null).map((secret) => ({ asked: { app: use.app, secret } }))
  }

  return {
    agent,
    agentWith,
    ofSecrets,
    async of(about) {
      if ('over' in about) return [about]
      if ('task' in about) return task(about.task)
      if ('queue' in about) return queue(about.queue, about.added ?? [])
      if ('schedule' in about) return schedule(about.schedule, about.changed)
      if ('webhook' in about) return webhook(about.webhook)
      return [await askedOf(about)]
    },
    observe(events) {
      for (const recorded of events) {
        if (agentAggregate.isEvent(recorded)) known.delete(recorded.event.data.agentId)
        else if (!agentIpAggregate.isEvent(recorded)) continue
        generation += 1
      }
    },
    unreadable(stream) {
      known.delete(agentAggregate.idOf(stream) ?? '')
      generation += 1
    },
  }
}
