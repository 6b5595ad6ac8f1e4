import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { EventsOfPeopleDocument, type EventsOfPeopleQuery, ReportedPeopleDocument } from '../../../generated/operations.ts'
import { type AskError, ask } from '../../graphql/ask.ts'
import { endOf } from '../../graphql/page-end.ts'
import { Fault } from '../../parts/fault.tsx'
import { Loading } from '../../parts/loading.tsx'
import { When } from '../../parts/when.tsx'
import { actorText } from '../../words/actor-text.ts'
import { useText } from '../../words/use-text.ts'

type Done = EventsOfPeopleQuery['events']['nodes'][number]

interface DoneInPeriod {
  readonly events: readonly Done[]
  /** There are more, which a report of a shorter period has. */
  readonly isCut: boolean
}

/** A report that nobody could read is not printed. */
const mostEvents = 5_000
/** Who is at the platform's own machine, without a name. */
const localActor = 'local'

/** What people and their programs did in a period, by who it was: not what agents, schedules and the platform did on their own. */
export function WhoDidWhat({ from, to }: { readonly from: string; readonly to: string }) {
  const text = useText()
  const { data, error, refetch } = useQuery<DoneInPeriod, AskError>({
    queryKey: ['done', from, to],
    queryFn: ({ signal }) => doneBetween(from, to, signal),
  })
  if (error) return <Fault error={error} retry={() => void refetch()} />
  if (!data) return <Loading />
  const byActor = Map.groupBy(data.events, ({ actor }) => `${actor.kind} ${actor.id}`)
  return (
    <div className="stack" data-did={data.events.length}>
      {data.isCut && <span className="bad">{text('report.cut', { count: mostEvents })}</span>}
      {data.events.length === 0 && <span className="muted">{text('report.nothing')}</span>}
      {[...byActor].map(([key, events]) => (
        <section key={key}>
          <h4>{events[0] && actorText(text, events[0].actor)}</h4>
          <table className="printed">
            <thead>
              <tr>
                <th scope="col">{text('audit.when')}</th>
                <th scope="col">{text('audit.type')}</th>
                <th scope="col">{text('audit.stream')}</th>
              </tr>
            </thead>
            <tbody>
              {events.map(({ id, type, stream, recordedAt }) => (
                <tr key={id}>
                  <td>
                    <When at={recordedAt} isFull />
                  </td>
                  <td>
                    <Link to={`/audit?event=${id}&stream=${encodeURIComponent(stream)}`}>{type}</Link>
                  </td>
                  <td className="mono">{stream}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </div>
  )
}

async function doneBetween(from: string, to: string, signal: AbortSignal): Promise<DoneInPeriod> {
  const { users, authKeys } = await ask(ReportedPeopleDocument, {}, signal)
  const actors = [localActor, ...users.nodes.map(({ id }) => id), ...authKeys.nodes.map(({ id }) => id)]
  const found: Done[] = []
  let after: string | null = null
  do {
    const { events }: EventsOfPeopleQuery = await ask(EventsOfPeopleDocument, { actors, from, to, after }, signal)
    found.push(...events.nodes)
    after = endOf(events.pageInfo)
  } while (after !== null && found.length < mostEvents)
  return { events: found, isCut: after !== null || users.pageInfo.hasNextPage || authKeys.pageInfo.hasNextPage }
}
