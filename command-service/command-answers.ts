import { type Caller, type CommandAnswer, contextOf } from '@elves/core/command-api/command.ts'
import type { AnyAggregate } from '@elves/core/domain/aggregate.ts'
import type { Rejection } from '@elves/core/domain/decision.ts'
import type { Aggregates, Handle } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'

/** Returns the function that makes the answer to a command about this subject that was refused. */
export function refusedAs<Subject extends string>(subject: Subject): (no: Rejection) => CommandAnswer<Subject> {
  return ({ rejected: code, message, field }) => {
    const refusal = { code, message, field: field ?? null }
    return { [`${subject}Id`]: null, events: [], position: null, refusal } as unknown as CommandAnswer<Subject>
  }
}

export interface DecidedAbout<Subject extends string, Kind extends AnyAggregate> extends Omit<Handle<Kind>, 'context'> {
  readonly subject: Subject
  readonly id: string
  readonly caller: Caller
  /** Hears of what was written before it is answered: this instance knows of it then, the others hear of it by the log. */
  onWritten?(events: readonly RecordedEvent[]): void | Promise<void>
}

/** Decides about one stream. The answer has all events of the stream, so that clients see the thing as it is now. */
export async function decideAbout<Subject extends string, Kind extends AnyAggregate>(
  { store, aggregates }: { readonly store: Pick<EventStore, 'readStream'>; readonly aggregates: Pick<Aggregates, 'handle'> },
  { subject, id, caller, onWritten, ...request }: DecidedAbout<Subject, Kind>,
): Promise<CommandAnswer<Subject>> {
  const { rejection, recorded } = await aggregates.handle({ ...request, context: contextOf(caller) } as Handle<Kind>)
  if (rejection) return refusedAs(subject)(rejection)
  await onWritten?.(recorded)
  const events = await store.readStream(request.stream)
  const last = events.at(-1)
  if (!last) throw new ElvesError('INTERNAL', 'what was just decided about has no events', { facts: { stream: request.stream } })
  return { [`${subject}Id`]: id, events, position: last.position, refusal: null } as unknown as CommandAnswer<Subject>
}
