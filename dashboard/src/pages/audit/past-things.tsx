import { Card } from 'antd'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { PastThingsDocument } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { Loading } from '../../parts/loading.tsx'
import { State } from '../../parts/state.tsx'
import { useText } from '../../words/use-text.ts'

/** The fleet, tasks, schedules and apps as they were at an instant. */
export function PastThings({ at }: { readonly at: string }) {
  const text = useText()
  const { data, error, refetch } = useAsk('past', PastThingsDocument, { at })
  if (!data) return error ? <Fault error={error} retry={() => void refetch()} /> : <Loading />
  const { agents, tasks, schedules, apps } = data
  return (
    <div className="cards two" data-past={at}>
      <Things title={text('nav.agents')} page={agents}>
        {agents.nodes.map(({ id, name, ip, state }) => (
          <li key={id}>
            <State state={state} of="agent" />
            <Link to={`/agents/${id}`}>{name}</Link>
            <span className="muted">{ip}</span>
          </li>
        ))}
      </Things>
      <Things title={text('nav.tasks')} page={tasks}>
        {tasks.nodes.map(({ id, app, func, agentIp, state }) => (
          <li key={id}>
            <State state={state} />
            <Link to={`/tasks/${id}`}>{`${app}.${func}`}</Link>
            <span className="muted">{text('overview.on', { agent: agentIp })}</span>
          </li>
        ))}
      </Things>
      <Things title={text('nav.schedules')} page={schedules}>
        {schedules.nodes.map(({ id, name, app, func, rule, timeZone, state }) => (
          <li key={id}>
            <State state={state} of="schedule" />
            <Link to={`/schedules?id=${id}`}>{name === null || name === '' ? `${app}.${func}` : name}</Link>
            <span className="muted mono">{`${rule} (${timeZone})`}</span>
          </li>
        ))}
      </Things>
      <Things title={text('nav.apps')} page={apps}>
        {apps.nodes.map(({ name, state, bindings }) => (
          <li key={name}>
            <State state={state} />
            <b>{name}</b>
            <span className="muted">{bindings.map(({ agents: selector }) => (selector === '' ? text('apps.everywhere') : selector)).join('; ')}</span>
          </li>
        ))}
      </Things>
    </div>
  )
}

interface ThingsProps {
  readonly title: string
  readonly page: { readonly nodes: readonly unknown[]; readonly pageInfo: { readonly hasNextPage: boolean } }
  readonly children: ReactNode
}

function Things({ title, page: { nodes, pageInfo }, children }: ThingsProps) {
  const text = useText()
  return (
    <Card size="small" title={title}>
      {nodes.length === 0 ? <span className="muted">{text('past.none')}</span> : <ul className="plain tall">{children}</ul>}
      {pageInfo.hasNextPage && <span className="muted">{text('list.cut', { count: nodes.length })}</span>}
    </Card>
  )
}
