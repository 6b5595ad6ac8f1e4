import type { AggregateName, EventOf } from './aggregate.ts'

/** Every event of the platform, told apart by `type`. */
export type DomainEvent = { [Name in AggregateName]: EventOf<Name> }[AggregateName]
export type DomainEventType = DomainEvent['type']
