import { Card } from 'antd'
import { Link } from 'react-router'
import { PlatformStateDocument, type PlatformStateQuery, TaskRatesDocument } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { AuditLink } from '../../parts/audit-link.tsx'
import { Fault } from '../../parts/fault.tsx'
import { Page } from '../../parts/page.tsx'
import { State } from '../../parts/state.tsx'
import { taskStates } from '../../parts/task-states.ts'
import { useText } from '../../words/use-text.ts'
import { NewestFailures, NewFailures } from './failures.tsx'
import { Late } from './late.tsx'
import { SlowestApps } from './slowest-apps.tsx'
import { TaskMinutes } from './task-minutes.tsx'

/** The counters of the platform have no subscription. */
const everyMs = 3_000
const ratesEveryMs = 5_000

export function Overview() {
  const text = useText()
  const { data, error, refetch } = useAsk('platform', PlatformStateDocument, {}, { everyMs })
  const rates = useAsk('rates', TaskRatesDocument, {}, { everyMs: ratesEveryMs }).data?.platform
  // The counts are of everything: who sees a part of it has the lists of that part.
  const seesPart = error?.code === 'FORBIDDEN'
  return (
    <Page name="overview" title={text('nav.overview')}>
      <div className="stack">
        {seesPart ? <p className="muted">{text('overview.part')}</p> : <Fault error={error} retry={() => void refetch()} />}
        {!seesPart && <Counters platform={data?.platform} />}
        <div className="cards two">
          {!seesPart && <TaskMinutes minutes={rates?.taskMinutes ?? []} />}
          <Late />
          {!seesPart && <NewFailures failures={rates?.newFailures} />}
          {!seesPart && <SlowestApps apps={rates?.slowestApps} />}
          <NewestFailures />
        </div>
      </div>
    </Page>
  )
}

function Counters({ platform }: { readonly platform: PlatformStateQuery['platform'] | undefined }) {
  const text = useText()
  const counters = platform?.counters
  const byState = new Map(counters?.tasksByState.map(({ state, count }) => [state, count]))
  const events = (
    <>
      <b>{counters?.events.toLocaleString() ?? '-'}</b>
      {text('overview.events')}
    </>
  )
  return (
    <>
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
            <AuditLink query="" others={<span>{events}</span>}>
              {events}
            </AuditLink>
            <Link to="/system">
              <b>{platform?.projectors.filter(({ state }) => state === 'STOPPED').length ?? '-'}</b>
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
    </>
  )
}
