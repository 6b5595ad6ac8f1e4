import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { CommandHandler } from './command-handlers.ts'
import type { AgentLinks } from './link/agent-links.ts'
import type { TaskCommands } from './tasks/task-commands.ts'
import type { WriteSide } from './write-side.ts'

/** What a feature of command-service stands on. */
export interface CommandSide extends WriteSide {
  readonly links: AgentLinks
  readonly taskCommands: TaskCommands
}

/** What a feature brings; all of it is optional. */
export interface FeatureParts {
  readonly commands?: readonly CommandHandler[]
  /** Process managers and whatever else runs by itself, by name, in the order in which they stop. They run already. */
  readonly managers?: Readonly<Record<string, Running>>
  /** Called with the events of all instances, in the order of the log: keeps fresh what this process has in memory. */
  observe?(events: readonly RecordedEvent[]): void
  /** First step of a stop: nothing new is taken. Commands are refused without it. */
  close?(): void
  /** Resolves when all that is being written as of now is written. */
  settled?(): Promise<void>
  /** What is written is told: whoever still waits is told to ask again. */
  release?(): void
}

/** One subject of the write side. It is called once for each command-service, when its links are there. */
export type WriteFeature = (side: CommandSide) => FeatureParts
