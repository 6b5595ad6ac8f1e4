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
  /** Exists before the plan starts. */
  readonly dataDir: string
  readonly say: (text: string) => void
}

/** What every ready file has. */
export type Said = Doors & { readonly pids: Pids }

/** A shape of the platform (standalone or cluster): its parts besides those that all shapes have. */
export interface Plan<ItsSaid extends Said> {
  readonly name: 'standalone' | 'cluster'
  readonly file: ReadyFile<ItsSaid>
  /** True if only one process writes the log. */
  readonly isOneProcess: boolean
  /** Names of the agents' folders, below the data folder. */
  readonly agentFolders: readonly string[]
  /** Throws if the plan can not start; called before anything is started or made. */
  check?(last: ItsSaid | null): Promise<void>
  /** Starts the plan's own parts; resolves when all of them can work. */
  start(ground: PreparedRun<ItsSaid>): Promise<Shape<ItsSaid>>
}

/** What the plan has started. */
export interface Shape<ItsSaid extends Said> {
  /** The content of the ready file at this moment. */
  said(): ItsSaid
  /** Lines of the start message besides those of every shape. */
  readonly lines?: readonly (readonly [label: string, text: string])[]
}

/** What the runner has prepared for every shape before its plan starts. */
export interface PreparedRun<ItsSaid extends Said> extends RunnerOptions {
  readonly stack: Stack
  readonly logger: Logger
  readonly log: LogFile
  readonly parts: KeptParts
  readonly keys: Required<Secrets>
  readonly appsDir: string
  /** The ready file of the last start, if a kill left it. */
  readonly last: ItsSaid | null
  /** URL of the given server, or of an embedded one that is kept running. */
  readonly databaseUrl: Promise<string>
  readonly postgresPid: () => number | null
  /** Aborted when a stop comes; ends the waiting of a start. */
  readonly stopping: AbortSignal
}
