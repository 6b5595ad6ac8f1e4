import type { HandedRun } from '@elves/core/eventing/handed-events.ts'
import type { LogLevel } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import type { ProjectorStatus } from '@elves/core/read-models/read-models.ts'

/** What the thread of the projectors is started with. */
export interface ThreadData {
  readonly settings: Pick<Settings, 'ELVES_DATABASE_URL' | 'ELVES_EVENTSTOREDB_URL'>
  readonly logLevel: LogLevel
  /** Folder of compiled code; undefined: none. */
  readonly compileCache: string | undefined
}

/** To the thread: there may be new events, these are there, or it shall stop. */
export type ToThread = 'news' | HandedRun | 'stop'

/** A batch that a projector has committed. */
export interface HandledBatch {
  readonly projector: string
  /** ms since the epoch, of its first event. */
  readonly recordedAt: number
  readonly tookMs: number
}

/** From the thread. */
export type FromThread =
  /** How far the projectors are, whenever that changes; what they have committed, and how many events they decoded, since the last message. */
  | {
      readonly kind: 'progress'
      readonly status: readonly ProjectorStatus<string>[]
      readonly handled: readonly HandledBatch[]
      readonly decoded: number
    }
  /** Lines for the log of the process. */
  | { readonly kind: 'log'; readonly lines: string }
