import type { LimitedKind } from '@elves/core/domain/limit/limit.ts'
import type { Actor, EventContext } from '@elves/schemas/generated/types.ts'

/** What may have a limit that a task counts for. */
export interface LimitedThing {
  readonly kind: LimitedKind
  readonly id: string
}

/** The one for whom a schedule asks, in the metadata of its events, as `USER <id>`. */
const onBehalfOfKey = 'onBehalfOf'

/** Returns what the metadata says; nothing of the local admin, who has no limits. */
export function onBehalfOf({ kind, id }: Pick<Actor, 'kind' | 'id'>): Readonly<Record<string, string>> {
  return kind === 'USER' || kind === 'AUTH_KEY' ? { [onBehalfOfKey]: `${kind} ${id}` } : {}
}

/** Returns the user or the auth key for whom a task is asked; null: the local admin, an agent, or the platform. */
export function senderOf({ actor, metadata }: Pick<EventContext, 'actor' | 'metadata'>): LimitedThing | null {
  const [kind, id = ''] = actor.kind === 'SCHEDULE' ? (metadata[onBehalfOfKey] ?? '').split(' ') : [actor.kind, actor.id]
  return kind === 'USER' || kind === 'AUTH_KEY' ? { kind, id } : null
}

/** Returns all that a task counts for. */
export function limitedBy(task: { readonly app: string; readonly agentId: string }, sender: LimitedThing | null): readonly LimitedThing[] {
  return [...(sender ? [sender] : []), { kind: 'APP', id: task.app }, { kind: 'AGENT', id: task.agentId }]
}

export function thingKey({ kind, id }: LimitedThing): string {
  return `${kind} ${id}`
}
