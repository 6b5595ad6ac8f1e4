import { execFile } from 'node:child_process'
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { programFiles } from '@elves/core/app-package/agent-program.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { untilAborted } from '@elves/core/foundation/waiting.ts'
import type { AgentAppReport, WantedApp } from '@elves/schemas/generated/types.ts'
import { notReplaceable, type ReplaceableProgram } from '../app-store/own-program.ts'
import type { StoredVersion } from '../app-store/store-folders.ts'
import { type AgentProgram, givenUp, isSameProgram, readProgramState, writeProgramState } from './program-state.ts'
import type { RunningProgram } from './start-program.ts'

const run = promisify(execFile)
/** How long a program may take to say its version. */
const sayMs = 30_000

/** Steps of a change of the program, after its files are there. */
export type ProgramStep = 'tried' | 'noted' | 'passed'
export const programSteps: readonly ProgramStep[] = ['tried', 'noted', 'passed']

export interface ProgramUpdatesOptions {
  readonly dataDir: string
  /** Null: this agent was not installed from a package, and its program can't be replaced. */
  readonly running: RunningProgram | null
  /** How long a moment without runs is waited for. */
  readonly quietMs: number
  /** Within this a new program has to reach the center. */
  readonly reachMs: number
  /** Resolves when no run goes on, or after the time. */
  whenQuiet(ms: number): Promise<unknown>
  report(told: Omit<AgentAppReport, 'reportId'>): void
  /** Stops the agent and starts whichever program counts then. */
  restart(): void
  readonly logger: Logger
  /** Called after each step; a test of a death at any step dies here. */
  onStep?(step: ProgramStep): void
}

/** The agent's own program as the center wants it. */
export interface ProgramUpdates extends ReplaceableProgram {
  /** The agent has reached the center: its program counts from now on. */
  reached(): Promise<void>
  stop(): void
}

export function programUpdates(options: ProgramUpdatesOptions): ProgramUpdates {
  return options.running === null
    ? { ...notReplaceable, reached: async () => undefined, stop: () => undefined }
    : new Updates(options, options.running)
}

class Updates implements ProgramUpdates {
  readonly #options: ProgramUpdatesOptions
  readonly #running: RunningProgram
  readonly #givingUp: NodeJS.Timeout | null

  constructor(options: ProgramUpdatesOptions, running: RunningProgram) {
    this.#options = options
    this.#running = running
    this.#givingUp = running.isTrial ? setTimeout(() => void this.#giveUp(), options.reachMs).unref() : null
  }

  async bring({ app, version, sha256 }: WantedApp, stored: () => Promise<StoredVersion>, signal: AbortSignal): Promise<boolean> {
    const { dataDir, report, logger, onStep } = this.#options
    const wanted: AgentProgram = { version, sha256 }
    if (isSameProgram(this.#running.program, wanted)) return true
    const { failed } = readProgramState(dataDir)
    if (failed && isSameProgram(failed.program, wanted)) throw new ElvesError('AGENT_UPDATE_ROLLED_BACK', `${version} was given up: ${failed.why}`)
    const { folder } = await stored()
    await tryProgram(folder, version)
    onStep?.('tried')
    if (signal.aborted) return false
    report({ app, version, outcome: 'DOWNLOADED', code: null, message: null })
    await this.#quiet(signal)
    if (signal.aborted) return false
    const now = new Date()
    // It is the one that is kept when others go.
    await utimes(folder, now, now)
    logger.info({ version }, 'starting as another program')
    await this.#switch(wanted)
    onStep?.('noted')
    report({ app, version, outcome: 'SWITCHING', code: null, message: null })
    this.#options.restart()
    return false
  }

  async leave(): Promise<boolean> {
    const { dataDir, logger } = this.#options
    if (this.#running.program === null) {
      const state = readProgramState(dataDir)
      if (state.failed) await writeProgramState(dataDir, { ...state, failed: null })
      return true
    }
    const { failed } = readProgramState(dataDir)
    if (failed && failed.program === null) return false
    logger.info('the center wants no program of its own here any more; the installed one runs again')
    await this.#switch(null)
    this.#options.restart()
    return false
  }

  async reached(): Promise<void> {
    const { dataDir, logger, onStep } = this.#options
    if (this.#givingUp) clearTimeout(this.#givingUp)
    const { trial } = readProgramState(dataDir)
    if (trial === null || !isSameProgram(trial.to, this.#running.program)) return
    await writeProgramState(dataDir, { current: trial.to, trial: null, failed: null })
    onStep?.('passed')
    logger.info({ version: trial.to?.version ?? 'installed' }, 'this program has reached the center, and counts from now on')
  }

  stop(): void {
    if (this.#givingUp) clearTimeout(this.#givingUp)
  }

  async #switch(to: AgentProgram | null): Promise<void> {
    const { dataDir } = this.#options
    await writeProgramState(dataDir, { current: this.#running.program, trial: { to, starts: 0 }, failed: null })
  }

  /** Runs that go on are waited for; what is left after the time, the stop of the agent ends and reports. */
  async #quiet(signal: AbortSignal): Promise<void> {
    const { whenQuiet, quietMs } = this.#options
    await Promise.race([whenQuiet(quietMs), untilAborted(signal)])
  }

  async #giveUp(): Promise<void> {
    const { dataDir, reachMs, logger } = this.#options
    const state = readProgramState(dataDir)
    if (state.trial === null) return
    const why = `it did not reach the center within ${reachMs} ms`
    logger.error({ version: state.trial.to?.version ?? 'installed' }, `${why}; the program before runs again`)
    await writeProgramState(dataDir, givenUp(state, why))
    this.#options.restart()
  }
}

/** Whether a program runs on this host at all, and is the version that it was uploaded as. Throws AGENT_UPDATE_INVALID. */
async function tryProgram(folder: string, version: string): Promise<void> {
  const said = await run(join(folder, programFiles.node), [join(folder, programFiles.agent), '--version'], { timeout: sayMs, env: {} }).catch(
    (error: unknown) => {
      throw new ElvesError('AGENT_UPDATE_INVALID', `the program does not run on this host: ${(error as Error).message.slice(0, 300)}`)
    },
  )
  const found = said.stdout.trim().slice(0, 64)
  if (found !== version) throw new ElvesError('AGENT_UPDATE_INVALID', `the program says that it is ${JSON.stringify(found)}, not ${version}`)
}
