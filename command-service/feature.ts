import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { UnreadableEvent } from '@elves/core/eventing/unreadable-event.ts'
import type { ComponentSwitches } from '@elves/core/foundation/components.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { AccessRules } from './access/access-rules.ts'
import type { Denials } from './access/denials.ts'
import type { AppGate } from './apps/app-gate.ts'
import type { AppRules } from './apps/app-rules.ts'
import type { CommandHandler } from './command-handlers.ts'
import type { AgentLinks } from './link/agent-links.ts'
import type { TaskLimits } from './task-limits/task-limits.ts'
import type { TaskCommands } from './tasks/task-commands.ts'
import type { TaskRequests } from './tasks/task-requests.ts'
import type { People } from './users/people.ts'
import type { WriteSide } from './write-side.ts'

/** The parts of command-service that a feature can use. */
export interface CommandSide extends WriteSide {
  readonly components: ComponentSwitches
  readonly links: AgentLinks
  readonly appRules: AppRules
  readonly access: AccessRules
  readonly denials: Denials
  readonly people: People
  readonly appGate: AppGate
  readonly limits: TaskLimits
  readonly taskCommands: TaskCommands
  /** Makes tasks that no client asks for one by one: those of queues and schedules. */
  readonly taskRequests: TaskRequests
}

/** What a feature brings; all of it is optional. */
export interface FeatureParts {
  readonly commands?: readonly CommandHandler[]
  /** Process managers and other running parts, by name, in the order in which they stop. They are already running. */
  readonly managers?: Readonly<Record<string, Running>>
  /** Called with the events of all instances, in the order of the log, so that what this process has in memory stays up to date. */
  observe?(events: readonly RecordedEvent[]): void
  /** Called with each event that can not be read, in its place among those of `observe`. */
  unreadable?(event: UnreadableEvent): void
  /** First step of a stop: takes no new work. Commands do not need it; command-service refuses them by itself. */
  close?(): void
  /** Resolves when every write that is in flight now has ended. */
  settled?(): Promise<void>
  /** Called after `settled`: tells clients that still wait to ask again. */
  release?(): void
}

/** One subject of the write side. command-service calls it once, when its links exist. */
export type WriteFeature = (side: CommandSide) => FeatureParts
