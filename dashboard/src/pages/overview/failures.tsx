import { Card } from 'antd'
import { Link } from 'react-router'
import type { TaskRatesQuery } from '../../../generated/operations.ts'
import { Fault } from '../../parts/fault.tsx'
import { State } from '../../parts/state.tsx'
import { failedStates } from '../../parts/task-states.ts'
import { When } from '../../parts/when.tsx'
import { useText } from '../../words/use-text.ts'
import { useTaskList } from '../tasks/task-list.ts'

const failed = failedStates.join(',')
const shown = 8

/** What began to fail in the last day, and had not failed for a day before. Undefined: not known yet. */
export function NewFailures({ failures }: { readonly failures: TaskRatesQuery['platform']['newFailures'] | undefined }) {
  const text = useText()
  return (
    <Card size="small" title={text('overview.new')} extra={<Link to={`/tasks?state=${failed}`}>{text('overview.all')}</Link>}>
      <ul className="plain" data-new-failures={failures?.length}>
        {failures?.map(({ app, code, since, tasks, lastTask }) => (
          <li key={`${app} ${code}`}>
            <Link to={`/tasks?app=${encodeURIComponent(app)}&state=${failed}`}>{app}</Link>
            <span className="mono">{code}</span>
            <Link to={`/tasks/${lastTask}`}>{text('overview.times', { count: tasks })}</Link>
            <span className="end muted">
              {text('overview.since')} <When at={since} />
            </span>
          </li>
        ))}
      </ul>
      {failures?.length === 0 && <p className="muted">{text('overview.nothingNew')}</p>}
    </Card>
  )
}

/** The last tasks that failed, live. */
export function NewestFailures() {
  const text = useText()
  const { rows, isLoading, error, reload } = useTaskList({ states: failedStates }, shown)
  return (
    <Card size="small" title={text('overview.failures')} extra={<Link to={`/tasks?state=${failed}`}>{text('overview.all')}</Link>}>
      <Fault error={error} retry={reload} />
      <ul className="plain">
        {rows.slice(0, shown).map(({ id, app, func, agentIp, state, endedAt, failure }) => (
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
