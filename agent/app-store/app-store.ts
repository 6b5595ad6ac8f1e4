import { open } from 'node:fs/promises'
import { isAgentProgram } from '@elves/core/app-package/agent-program.ts'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { retrying } from '@elves/core/foundation/waiting.ts'
import type { AgentAppReport, SetApps, WantedApp } from '@elves/schemas/generated/types.ts'
import { appNamePattern, appVersionPattern } from '@elves/schemas/link/protocol.ts'
import { type Download, hasSha256 } from './download.ts'
import { ownProgram, type ReplaceableProgram } from './own-program.ts'
import { type StoredVersion, StoreFolders } from './store-folders.ts'
import { TakenWish } from './taken-wish.ts'
import { unpack } from './unpack.ts'

/** Steps of a switch, in their order. */
export type SwitchStep = 'downloaded' | 'unpacking' | 'unpacked' | 'finished' | 'linked' | 'switched'
export const switchSteps: readonly SwitchStep[] = ['downloaded', 'unpacking', 'unpacked', 'finished', 'linked', 'switched']

export interface AppStoreOptions {
  /** Folder of the store, in the agent's data folder. */
  readonly folder: string
  readonly download: Download
  /** Returns true if somebody put a folder of the app on this host: it counts, and is never replaced. */
  isLocal(app: string): boolean
  /** Sends what came of an app to the center, until that has it. */
  report(told: Omit<AgentAppReport, 'reportId'>): void
  /** Called when another version of an app counts, or none. */
  onChange(app: string, version: string): void
  /** The agent's own program, which the center wants as it does apps. */
  readonly program: ReplaceableProgram
  readonly logger: Logger
  /** Called after each step; a test of a death at any step dies here. */
  onStep?(step: SwitchStep): void
  /** How long a download is tried; default 2 minutes. */
  readonly patienceMs?: number
}

/** The apps that the center wants on this host. */
export interface AppStore extends Running {
  /** Takes what the center wants; an earlier wish that comes late is passed over. Works on it in the background. */
  set(wish: SetApps): void
  /** Returns the version of an app that counts now. */
  current(app: string): StoredVersion | null
  /** Returns the apps that have one. */
  apps(): readonly string[]
  /** Keeps a version's folder for a run; the returned function ends that. */
  hold(folder: string): () => void
  /** Resolves when nothing is being worked on. */
  idle(): Promise<void>
}

/** Versions of an app that are kept beside the one that counts: to go back to the last one takes no download. */
const keptBeside = 1

export async function appStore(options: AppStoreOptions): Promise<AppStore> {
  const store = new CenterApps(options)
  await store.start()
  return store
}

class CenterApps implements AppStore {
  readonly #options: AppStoreOptions
  readonly #folders: StoreFolders
  readonly #taken: TakenWish
  readonly #held = new Map<string, number>()
  readonly #stopping = new AbortController()
  #wish: SetApps | null = null
  #working: Promise<void> | null = null
  /** Aborted when a newer wish comes. */
  #superseded = new AbortController()

  constructor(options: AppStoreOptions) {
    this.#options = options
    this.#folders = new StoreFolders(options.folder)
    this.#taken = new TakenWish(options.folder)
  }

  async start(): Promise<void> {
    await this.#folders.tidy()
    await this.#taken.read()
  }

  current(app: string): StoredVersion | null {
    return this.#folders.current(app)
  }

  apps(): readonly string[] {
    return this.#folders.apps()
  }

  hold(folder: string): () => void {
    this.#held.set(folder, (this.#held.get(folder) ?? 0) + 1)
    return () => {
      const left = (this.#held.get(folder) ?? 1) - 1
      if (left > 0) this.#held.set(folder, left)
      else this.#held.delete(folder)
    }
  }

  set(wish: SetApps): void {
    const age = this.#taken.compare(wish)
    if (age === 'OLD' || this.#stopping.signal.aborted) return
    this.#taken.take(wish)
    this.#wish = wish
    // The same wish again does not break off the work on it.
    if (age === 'NEW') this.#superseded.abort()
    this.#working ??= this.#work()
  }

  async idle(): Promise<void> {
    while (this.#working) await this.#working
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#superseded.abort()
    await this.idle()
  }

  async #work(): Promise<void> {
    // It may have nothing to do: it never ends before set() has kept it.
    await undefined
    while (this.#wish && !this.#stopping.signal.aborted) {
      const { apps, removed } = this.#wish
      this.#wish = null
      this.#superseded = new AbortController()
      // Before anything of it is done: whoever kept an earlier message can't bring an earlier state after a restart.
      await this.#taken
        .write()
        .catch((error: unknown) => this.#options.logger.error({ err: error }, 'which apps are wanted could not be written down'))
      const signal = AbortSignal.any([this.#superseded.signal, this.#stopping.signal])
      const all = apps.filter(({ app, version }) => appNamePattern.test(app) && appVersionPattern.test(version))
      const wanted = all.filter(({ app }) => !isAgentProgram(app))
      const gone = new Set([...this.apps(), ...removed.filter((app) => appNamePattern.test(app) && !isAgentProgram(app))])
      for (const app of gone) if (!wanted.some((one) => one.app === app)) await this.#remove(app)
      for (const one of wanted) if (!signal.aborted) await this.#bring(one, signal, () => this.#install(one, signal))
      const programs = all.filter(({ app }) => isAgentProgram(app))
      if (!programs.some(({ app }) => app === ownProgram)) await this.#leaveProgram(removed)
      // Last, because the agent may begin anew with it.
      for (const one of programs) if (!signal.aborted) await this.#bring(one, signal, () => this.#installProgram(one, signal))
    }
    this.#working = null
  }

  async #installProgram(wanted: WantedApp, signal: AbortSignal): Promise<void> {
    const { app, version, sha256 } = wanted
    if (app !== ownProgram) throw new ElvesError('AGENT_PLATFORM_OTHER', `${app} is for other hosts; the program of this one is ${ownProgram}`)
    const isThere = await this.#options.program.bring(wanted, () => this.#stored(wanted, signal), signal)
    if (!isThere) return
    this.#options.report({ app, version, outcome: 'INSTALLED', code: null, message: null })
    await this.#tidy(app, (await this.#folders.versions(app)).find((one) => one.version === version && one.sha256 === sha256) ?? null)
  }

  async #leaveProgram(removed: readonly string[]): Promise<void> {
    const { program, report, logger } = this.#options
    try {
      const hasLeft = await program.leave()
      for (const app of removed) {
        if (isAgentProgram(app) && (hasLeft || app !== ownProgram)) report({ app, version: '', outcome: 'REMOVED', code: null, message: null })
      }
      if (hasLeft) await this.#tidy(ownProgram, null)
    } catch (error) {
      logger.error({ err: error }, 'the installed program could not be started again')
    }
  }

  async #bring({ app, version }: WantedApp, signal: AbortSignal, install: () => Promise<void>): Promise<void> {
    const { report, logger } = this.#options
    try {
      await install()
    } catch (error) {
      if (signal.aborted) return
      const { code, message } = asElvesError(error)
      logger.warn({ err: error, app, version, code }, 'the version could not be installed; what was there stays')
      report({ app, version, outcome: 'FAILED', code: code === 'INTERNAL' ? 'APP_SWITCH_FAILED' : code, message })
    }
  }

  async #install(wanted: WantedApp, signal: AbortSignal): Promise<void> {
    await this.#switched(wanted, signal)
    if (!signal.aborted) this.#options.report({ app: wanted.app, version: wanted.version, outcome: 'INSTALLED', code: null, message: null })
  }

  async #switched(wanted: WantedApp, signal: AbortSignal): Promise<void> {
    const { app, version, sha256 } = wanted
    const { isLocal, onChange, onStep, logger } = this.#options
    if (isLocal(app)) throw new ElvesError('APP_FOLDER_LOCAL', `this host has a local folder of ${app}; move it away, and the center's version comes`)
    if (this.current(app)?.sha256 === sha256 && this.current(app)?.version === version) return
    const stored = await this.#stored(wanted, signal)
    if (signal.aborted) return
    await this.#folders.point(app, stored, () => onStep?.('linked'))
    onStep?.('switched')
    logger.info({ app, version }, 'another version of an app counts')
    onChange(app, version)
    await this.#tidy(app, stored)
  }

  /** A version that is unpacked already takes no download. */
  async #stored(wanted: WantedApp, signal: AbortSignal): Promise<StoredVersion> {
    const { app, version, sha256 } = wanted
    const known = (await this.#folders.versions(app)).find((one) => one.version === version && one.sha256 === sha256)
    return known ?? (await this.#unpacked(wanted, signal))
  }

  async #unpacked(wanted: WantedApp, signal: AbortSignal): Promise<StoredVersion> {
    const { app, version, sha256 } = wanted
    const { onStep } = this.#options
    const path = this.#folders.packagePath(sha256)
    await this.#downloaded(wanted, path, signal)
    onStep?.('downloaded')
    const file = await open(path, 'r')
    try {
      const folder = await this.#folders.unfinished(app, sha256)
      onStep?.('unpacking')
      await unpack(file, sha256, folder)
      onStep?.('unpacked')
      const stored = await this.#folders.finish(app, folder, version, sha256)
      onStep?.('finished')
      return stored
    } finally {
      await file.close()
      await this.#folders.forgetPackage(sha256)
    }
  }

  /** What is broken off goes on where it was. Bytes that are not those of the package are fetched once more from the beginning. */
  async #downloaded(wanted: WantedApp, path: string, signal: AbortSignal): Promise<void> {
    const { download, patienceMs = 120_000 } = this.#options
    for (const isLast of [false, true]) {
      const isPassing = (error: unknown) => asElvesError(error).canRetry && !signal.aborted
      await retrying(() => download(wanted, path, signal), { firstMs: 250, longestMs: 10_000, giveUpMs: patienceMs, signal, isPassing })
      if (await hasSha256(path, wanted.sha256)) return
      await this.#folders.forgetPackage(wanted.sha256)
      if (isLast) throw new ElvesError('PACKAGE_CHANGED', 'what came is not the package that the center checked')
    }
  }

  async #remove(app: string): Promise<void> {
    const { onChange, report, logger } = this.#options
    try {
      await this.#folders.unpoint(app)
      onChange(app, '')
      logger.info({ app }, 'the center does not want the app here any more')
      report({ app, version: '', outcome: 'REMOVED', code: null, message: null })
      await this.#tidy(app, null)
    } catch (error) {
      logger.error({ err: error, app }, 'an app could not be removed')
    }
  }

  /** Forgets versions that neither count, nor are the last one before, nor are used by a run. */
  async #tidy(app: string, current: StoredVersion | null): Promise<void> {
    const others = (await this.#folders.versions(app)).filter(({ folder }) => folder !== current?.folder && !this.#held.has(folder))
    const kept = current === null ? 0 : keptBeside
    const byAge = await Promise.all(others.map(async (one) => ({ one, usedAt: await this.#folders.usedAt(one) })))
    byAge.sort((one, other) => other.usedAt - one.usedAt)
    for (const { one } of byAge.slice(kept)) await this.#folders.forget(one)
  }
}
