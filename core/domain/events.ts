import type { AgentEvent } from './agent/agent.ts'
import type { AgentIpEvent } from './agent-ip/agent-ip.ts'
import type { AgentLinkEvent } from './agent-link/agent-link.ts'
import type { TaskEvent } from './task/events.ts'

/** Every event of the platform, told apart by `type`. */
export type DomainEvent = TaskEvent | AgentEvent | AgentIpEvent | AgentLinkEvent
export type DomainEventType = DomainEvent['type']
