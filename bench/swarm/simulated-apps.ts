import { createHash } from 'node:crypto'
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Download, hasSha256 } from '@elves/agent/app-store/download.ts'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import { retrying } from '@elves/core/foundation/waiting.ts'
import type { AgentAppReport, InstalledApp, SetApps, WantedApp } from '@elves/schemas/generated/types.ts'
import type { Counters } from './swarm-totals.ts'

/** What simulated agents do with the apps of the center. */
export interface SimulatedAppsOptions {
  /** A folder where a package is while it is checked. */
  readonly folder: string
  /** Share of the agents that can't install a version, 0 to 1: for a version always the same ones. Default 0. */
  readonly failRate?: number
  /** Only versions that end so fail. Default: each. */
  readonly failEnding?: string
}

interface OfAgent extends SimulatedAppsOptions {
  readonly agentId: string
  readonly download: Download
  readonly counters: Counters
  report(told: Omit<AgentAppReport, 'reportId'>): void
  /** Called when other versions are installed than before. */
  onChange(): void
}

/** Longer than a restart of the center takes. */
const patienceMs = 120_000

/**
 * The apps of a simulated agent: it downloads each package as a real one does, checks its SHA-256 and throws it away. The
 * version before is remembered, as a real agent keeps it, so that going back takes no download.
 */
export class SimulatedApps {
  readonly #options: OfAgent
  readonly #installed = new Map<string, WantedApp>()
  /** SHA-256 of the packages that a real agent would still have, by app: that of the version before, and the present one. */
  readonly #kept = new Map<string, readonly string[]>()
  readonly #stopping = new AbortController()
  /** Aborted when a newer wish comes, as a real agent breaks off its work then. */
  #superseded = new AbortController()
  #revision = -1
  #wish: SetApps | null = null
  #isWorking = false

  constructor(options: OfAgent) {
    this.#options = options
  }

  installed(): InstalledApp[] {
    return [...this.#installed.values()].map(({ app: name, version }) => ({ name, version, isLocal: false }))
  }

  set(wish: SetApps): void {
    if (wish.revision < this.#revision) return
    if (wish.revision > this.#revision) this.#superseded.abort()
    this.#revision = wish.revision
    this.#wish = wish
    if (!this.#isWorking) void this.#work()
  }

  stop(): void {
    this.#stopping.abort()
  }

  async #work(): Promise<void> {
    const { report, counters, onChange } = this.#options
    this.#isWorking = true
    while (this.#wish && !this.#stopping.signal.aborted) {
      const { apps, removed } = this.#wish
      this.#wish = null
      this.#superseded = new AbortController()
      const signal = AbortSignal.any([this.#superseded.signal, this.#stopping.signal])
      const before = JSON.stringify(this.installed())
      for (const app of new Set([...this.#installed.keys(), ...removed])) {
        if (apps.some((one) => one.app === app)) continue
        this.#installed.delete(app)
        this.#kept.delete(app)
        counters.appsRemoved += 1
        report({ app, version: '', outcome: 'REMOVED', code: null, message: null })
      }
      for (const wanted of apps) if (!signal.aborted) await this.#bring(wanted, signal)
      if (JSON.stringify(this.installed()) !== before) onChange()
    }
    this.#isWorking = false
  }

  async #bring(wanted: WantedApp, signal: AbortSignal): Promise<void> {
    const { app, version, sha256 } = wanted
    const { report, counters } = this.#options
    try {
      const kept = this.#kept.get(app) ?? []
      if (!kept.includes(sha256)) await this.#get(wanted, signal)
      if (this.#fails(version)) throw new ElvesError('APP_SWITCH_FAILED', 'simulated')
      this.#installed.set(app, wanted)
      this.#kept.set(app, [...kept.filter((one) => one !== sha256), sha256].slice(-2))
      counters.appsInstalled += 1
      report({ app, version, outcome: 'INSTALLED', code: null, message: null })
    } catch (error) {
      if (signal.aborted) return
      const { code, message } = asElvesError(error)
      counters.appsFailed += 1
      report({ app, version, outcome: 'FAILED', code, message })
    }
  }

  async #get(wanted: WantedApp, signal: AbortSignal): Promise<void> {
    const { download, folder, agentId, counters } = this.#options
    const path = join(folder, `${agentId}-${wanted.sha256.slice(0, 16)}`)
    const isPassing = (error: unknown) => asElvesError(error).canRetry && !signal.aborted
    try {
      await retrying(() => download(wanted, path, signal), { firstMs: 250, longestMs: 10_000, giveUpMs: patienceMs, signal, isPassing })
      if (!(await hasSha256(path, wanted.sha256))) throw new ElvesError('PACKAGE_CHANGED', 'what came is not the package that the center checked')
      counters.packageBytes += wanted.bytes
    } finally {
      await unlink(path).catch(() => undefined)
    }
  }

  #fails(version: string): boolean {
    const { agentId, failRate = 0, failEnding = '' } = this.#options
    const place = createHash('sha256').update(`${agentId}\n${version}`).digest().readUInt32BE(0)
    return version.endsWith(failEnding) && place < failRate * 0x1_0000_0000
  }
}
