import { Card } from 'antd'
import { Link } from 'react-router'
import { LateDocument } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { State } from '../../parts/state.tsx'
import { When } from '../../parts/when.tsx'
import { useText } from '../../words/use-text.ts'

/** Something becomes late without an event. */
const everyMs = 10_000
const hourMs = 3_600_000
const shown = 5

/** An instant of the day before, the same for an hour: each new one would be another question. */
function dayAgo(): string {
  return new Date((Math.floor(Date.now() / hourMs) - 24) * hourMs).toISOString()
}

/** Runs over their time limit, tasks that should have started, and schedules that missed an instant. */
export function Late() {
  const text = useText()
  const missedSince = dayAgo()
  const { data, error, refetch } = useAsk('late', LateDocument, { missedSince }, { everyMs })
  const [tasks, schedules] = [data?.tasks.nodes ?? [], data?.schedules.nodes ?? []]
  const some = (count: number, isMore: boolean) => `${count}${isMore ? '+' : ''}`
  return (
    <Card size="small" title={text('overview.late')} extra={<Link to="/tasks?late=true">{text('overview.all')}</Link>}>
      <Fault error={error} retry={() => void refetch()} />
      <div className="stack" data-late={data ? tasks.length : undefined} data-missed={data ? schedules.length : undefined}>
        <div className="counts">
          <Link to="/tasks?late=true">
            <b>{data ? some(tasks.length, data.tasks.pageInfo.hasNextPage) : '-'}</b>
            {text('overview.lateTasks')}
          </Link>
          <Link to={`/schedules?missed=${missedSince}`}>
            <b>{data ? some(schedules.length, data.schedules.pageInfo.hasNextPage) : '-'}</b>
            {text('overview.missed')}
          </Link>
        </div>
        <ul className="plain" hidden={tasks.length + schedules.length === 0}>
          {tasks.slice(0, shown).map(({ id, app, func, agentIp, state, requestedAt }) => (
            <li key={id}>
              <State state={state} />
              <Link to={`/tasks/${id}`}>{`${app}.${func}`}</Link>
              <span className="muted">{text('overview.on', { agent: agentIp })}</span>
              <span className="end">
                <When at={requestedAt} />
              </span>
            </li>
          ))}
          {schedules.slice(0, shown).map(({ id, name, app, func }) => (
            <li key={id}>
              <State state="MISSED" />
              <Link to={`/schedules?id=${id}`}>{name ?? id}</Link>
              <span className="muted">{`${app}.${func}`}</span>
            </li>
          ))}
        </ul>
        {data && tasks.length + schedules.length === 0 && <span className="muted">{text('overview.nothingLate')}</span>}
      </div>
    </Card>
  )
}
