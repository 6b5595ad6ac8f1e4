import { Card } from 'antd'
import { Link } from 'react-router'
import { PlatformStateDocument } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { Page } from '../../parts/page.tsx'
import { failedStates, State, taskStates } from '../../parts/state.tsx'
import { When } from '../../parts/when.tsx'
import { useText } from '../../words/use-text.ts'
import { useTaskList } from '../tasks/task-list.ts'
import { EndedTasks } from './ended-tasks.tsx'

/** The counters of the platform have no subscription. */
const everyMs = 3_000

export function Overview() {
  const text = useText()
  const { data, error, refetch } = useAsk('platform', PlatformStateDocument, {}, { everyMs })
  const counters = data?.platform.counters
  const byState = new Map(counters?.tasksByState.map(({ state, count }) => [state, count]))
  return (
    <Page name="overview" title={text('nav.overview')}>
      <div className="stack">
        <Fault error={error} retry={() => void refetch()} />
        <div className="cards two">
          <Card size="small" title={text('overview.fleet')} extra={<Link to="/agents">{text('overview.all')}</Link>}>
            <div className="counts">
              {counters?.agentsByState.map(({ state, count }) => (
                <Link key={state} to={`/agents?state=${state}`}>
                  <b>{count}</b>
                  <State state={state} of="agent" />
                </Link>
              ))}
            </div>
            {counters?.agentsByState.length === 0 && <p className="muted">{text('agents.first')}</p>}
          </Card>
          <Card size="small" title={text('overview.platform')} extra={<Link to="/system">{text('overview.details')}</Link>}>
            <div className="counts">
              <Link to="/audit">
                <b>{counters?.events.toLocaleString() ?? '-'}</b>
                {text('overview.events')}
              </Link>
              <Link to="/system">
                <b>{data?.platform.projectors.filter(({ state }) => state === 'STOPPED').length ?? '-'}</b>
                {text('overview.stopped')}
              </Link>
            </div>
          </Card>
        </div>
        <Card size="small" title={text('overview.tasks')} extra={<Link to="/tasks">{text('overview.all')}</Link>}>
          <div className="counts">
            {taskStates.map((state) => (
              <Link key={state} to={`/tasks?state=${state}`}>
                <b>{(byState.get(state) ?? 0).toLocaleString()}</b>
                <State state={state} />
              </Link>
            ))}
          </div>
        </Card>
        <div className="cards two">
          <EndedTasks />
          <Failures />
        </div>
      </div>
    </Page>
  )
}

function Failures() {
  const text = useText()
  const { rows, isLoading, error, reload } = useTaskList({ states: failedStates }, 8)
  return (
    <Card size="small" title={text('overview.failures')} extra={<Link to={`/tasks?state=${failedStates.join(',')}`}>{text('overview.all')}</Link>}>
      <Fault error={error} retry={reload} />
      <ul className="plain">
        {rows.slice(0, 8).map(({ id, app, func, agentIp, state, endedAt, failure }) => (
          <li key={id}>
            <State state={state} />
            <Link to={`/tasks/${id}`} title={failure?.message ?? ''}>{`${app}.${func}`}</Link>
            <span className="muted">{text('overview.on', { agent: agentIp })}</span>
            <span className="end">
              <When at={endedAt} />
            </span>
          </li>
        ))}
      </ul>
      {rows.length === 0 && !isLoading && <p className="muted">{text('overview.noFailures')}</p>}
    </Card>
  )
}
