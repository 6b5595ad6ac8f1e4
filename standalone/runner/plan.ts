import type { Stack } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import type { Doors, Pids, ReadyFile } from '../ready-file.ts'
import type { Secrets } from '../secrets.ts'
import type { KeptParts } from './kept-parts.ts'
import type { LogFile } from './log-file.ts'

export type Env = Readonly<Record<string, string | undefined>>

export interface RunnerOptions {
  readonly settings: Settings
  /** What child processes inherit. */
  readonly env: Env
  /** Exists already. */
  readonly dataDir: string
  readonly say: (text: string) => void
}

/** What a ready file says at least. */
export type Said = Doors & { readonly pids: Pids }

/** A shape of the platform: what it is made of beyond that which all shapes have in common. */
export interface Plan<ItsSaid extends Said> {
  readonly name: 'standalone' | 'cluster'
  readonly file: ReadyFile<ItsSaid>
  /** Whether its log is written by one process only. */
  readonly isOneProcess: boolean
  /** Folders of agents, below the data folder, that it starts. */
  readonly agentFolders: readonly string[]
  /** Throws what keeps it from starting, before anything is started or made. */
  check?(last: ItsSaid | null): Promise<void>
  /** Starts the rest; resolves when all of it can work. */
  start(ground: PreparedRun<ItsSaid>): Promise<Shape<ItsSaid>>
}

/** What the plan has started. */
export interface Shape<ItsSaid extends Said> {
  /** As it is at this moment. */
  said(): ItsSaid
  /** Lines of the start message beside those of every shape. */
  readonly lines?: readonly (readonly [label: string, text: string])[]
}

/** What the runner has done for every shape before its plan goes on. */
export interface PreparedRun<ItsSaid extends Said> extends RunnerOptions {
  readonly stack: Stack
  readonly logger: Logger
  readonly log: LogFile
  readonly parts: KeptParts
  readonly keys: Secrets
  readonly appsDir: string
  /** Of the last start, where a kill left it. */
  readonly last: ItsSaid | null
  /** Of the given server, or of one of our own that is kept running. */
  readonly databaseUrl: Promise<string>
  readonly postgresPid: () => number | null
  /** Ends the waiting for a start when a stop comes. */
  readonly stopping: AbortSignal
}
