import { randomUUID } from 'node:crypto'
import { agentAggregate, agentStream } from '@elves/core/domain/agent/agent.ts'
import {
  type InventoryCommand,
  type InventoryState,
  inventoryAgentsAtOnce,
  inventoryAggregate,
  inventoryStream,
} from '@elves/core/domain/inventory/inventory.ts'
import type { Labels } from '@elves/core/domain/labels.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { Lease } from '@elves/core/eventing/leases/lease.ts'
import { chunks } from '@elves/core/foundation/chunks.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { cutText, withoutNul } from '@elves/core/foundation/text.ts'
import { pause } from '@elves/core/foundation/waiting.ts'
import { findAgents } from '../agents/agent-directory.ts'
import type { Agents } from '../agents/agents.ts'
import { contextOfPart } from '../tasks/system-context.ts'
import { type InventoryEntries, parseEntries } from './entries.ts'
import { type InventorySource, readInventoryFile, shownSettings } from './inventory-file.ts'
import { type ReadSourceOptions, readSource } from './read-source.ts'

export interface InventoryOptions extends ReadSourceOptions {
  /** The file of the sources. It is read again before each look. */
  readonly path: string
  /** Decides about the sources. */
  readonly aggregates: Aggregates
  readonly agents: Pick<Agents, 'aggregates' | 'directory'>
  readonly logger: Logger
}

/** How soon a change of the file is seen, at the latest. */
const lookMs = 5_000
/** Agents of one append. */
const atOnce = 500
const errorLength = 300

/** Keeps the labels of agents what the inventory sources say. */
export class Inventory {
  readonly #options: InventoryOptions
  /** When each source is due, on the monotonic clock, and the source as it was read then. */
  readonly #due = new Map<string, { readonly at: number; readonly as: string }>()

  constructor(options: InventoryOptions) {
    this.#options = options
  }

  /** Works until the lease is lost. What another owner did meanwhile is in the log. */
  async whileHeld(lease: Lease): Promise<void> {
    this.#due.clear()
    while (!lease.signal.aborted) {
      await this.#options.aggregates.refresh([inventoryStream])
      await this.look(lease).catch((error: unknown) => {
        if (!lease.signal.aborted) this.#options.logger.warn({ err: error }, 'the inventory could not be kept up; it is tried again')
      })
      await pause(this.#untilNextMs(), lease.signal)
    }
  }

  #untilNextMs(): number {
    const next = Math.min(...[...this.#due.values()].map(({ at }) => at - performance.now()))
    return Math.max(100, Math.min(lookMs, next))
  }

  /** Reads the sources that are due, once. */
  async look(lease: Lease): Promise<void> {
    const sources = await this.#configured()
    if (!sources) return
    const names = new Set(sources.map(({ name }) => name))
    for (const [name, { agentIds }] of Object.entries((await this.#state()).sources)) {
      if (names.has(name)) continue
      await this.#drop(name, agentIds, lease)
      await this.#decide({ type: 'RemoveInventorySource', source: name }, lease)
      this.#due.delete(name)
    }
    for (const source of sources) {
      const as = JSON.stringify(source)
      const known = this.#due.get(source.name)
      if (known?.as === as && known.at > performance.now()) continue
      await this.#decide({ type: 'SetInventorySource', source: source.name, settings: shownSettings(source) }, lease)
      await this.#sync(source, lease)
      this.#due.set(source.name, { at: performance.now() + source.everyMs, as })
    }
  }

  /** Returns null where the file can not be read: then every source is told to fail, and keeps its labels. */
  async #configured(): Promise<readonly InventorySource[] | null> {
    try {
      return await readInventoryFile(this.#options.path)
    } catch (error) {
      const text = `the file of inventory sources: ${errorText(error)}`
      this.#options.logger.warn({ path: this.#options.path }, text)
      for (const source of Object.keys((await this.#state()).sources)) {
        await this.#decide({ type: 'RecordInventoryFailure', source, error: text }, null)
        this.#due.delete(source)
      }
      return null
    }
  }

  /** A source that fails changes nothing but what is told of it. */
  async #sync(source: InventorySource, lease: Lease): Promise<void> {
    const { name } = source
    let entries: InventoryEntries
    const before = (await this.#state()).sources[name]?.agentIds ?? []
    try {
      entries = parseEntries(await readSource(source, this.#options, lease.signal), source)
      // An inventory that lost its entries would take the labels of all agents away.
      if (entries.labels.size === 0 && before.length > 0) throw new Error('it has no entry of an agent any more; remove the source if that is meant')
    } catch (error) {
      if (lease.signal.aborted) return
      await this.#decide({ type: 'RecordInventoryFailure', source: name, error: errorText(error) }, lease)
      return
    }
    const labels = await this.#byAgent(entries.labels)
    const agentIds = [...labels.keys()]
    for (const some of chunks(agentIds, inventoryAgentsAtOnce)) {
      await this.#decide({ type: 'AddInventoryAgents', source: name, agentIds: some }, lease)
    }
    await this.#setLabels(name, labels, lease)
    await this.#drop(
      name,
      before.filter((id) => !labels.has(id)),
      lease,
    )
    const counts = { entries: entries.entries, agents: labels.size, skipped: entries.skipped }
    await this.#decide({ type: 'RecordInventorySync', source: name, counts }, lease)
  }

  async #byAgent(entries: InventoryEntries['labels']): Promise<ReadonlyMap<string, Labels>> {
    const byAgent = new Map<string, Labels>()
    for (const some of chunks([...entries.keys()], atOnce)) {
      const found = await findAgents(this.#options.agents.directory, some)
      for (const name of some) {
        const agent = found.get(name)
        if (agent) byAgent.set(agent.agentId, entries.get(name) ?? {})
      }
    }
    return byAgent
  }

  async #drop(source: string, agentIds: readonly string[], lease: Lease): Promise<void> {
    await this.#setLabels(source, new Map(agentIds.map((id) => [id, {}])), lease)
    for (const some of chunks(agentIds, inventoryAgentsAtOnce)) {
      await this.#decide({ type: 'DropInventoryAgents', source, agentIds: some }, lease)
    }
  }

  async #setLabels(source: string, labels: ReadonlyMap<string, Labels>, lease: Lease): Promise<void> {
    const context = contextOfPart('inventory', randomUUID())
    for (const some of chunks([...labels], atOnce)) {
      checkHeld(lease)
      await this.#options.agents.aggregates.handleMany(
        some.map(([agentId, given]) => ({
          aggregate: agentAggregate,
          stream: agentStream(agentId),
          commands: [{ type: 'SetInventoryLabels' as const, agentId, source, labels: given }],
          context,
        })),
      )
    }
  }

  async #decide(command: InventoryCommand, lease: Lease | null): Promise<void> {
    if (lease) checkHeld(lease)
    await this.#options.aggregates.handle({
      aggregate: inventoryAggregate,
      stream: inventoryStream,
      commands: [command],
      context: contextOfPart('inventory', randomUUID()),
    })
  }

  async #state(): Promise<InventoryState> {
    return (await this.#options.aggregates.load(inventoryAggregate, inventoryStream)).state
  }
}

function checkHeld(lease: Lease): void {
  if (!lease.isValid()) throw new ElvesError('LEASE_LOST', 'another instance keeps the inventory now')
}

function errorText(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const reasons = error instanceof AggregateError ? error.errors.map((one: Error) => one.message).join('; ') : message
  return cutText(withoutNul(`${code ? `${code}: ` : ''}${reasons}`).toWellFormed(), errorLength)
}
