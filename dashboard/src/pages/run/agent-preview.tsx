import { Alert, Card } from 'antd'
import { useDeferredValue } from 'react'
import { Link } from 'react-router'
import { type AgentChoiceFragment, AgentChoicesDocument } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { State } from '../../parts/state.tsx'
import { useText } from '../../words/use-text.ts'

export interface AgentPreviewProps {
  /** Null: agents are chosen one by one. */
  readonly selector: string | null
  readonly chosen: readonly string[]
  readonly known: readonly AgentChoiceFragment[]
  readonly app: string
}

const most = 500
const listed = 30

/** Who that is, before anything runs: and which of them are not connected, or do not have the app. */
export function AgentPreview({ selector, chosen, known, app }: AgentPreviewProps) {
  const text = useText()
  const asked = useDeferredValue(selector)
  const { data, error } = useAsk(
    'agent-choices',
    AgentChoicesDocument,
    { filter: { selector: asked ?? '' }, first: most },
    { isEnabled: asked !== null },
  )
  const agents = selector === null ? known.filter(({ id }) => chosen.includes(id)) : (data?.agents.nodes ?? [])
  const away = agents.filter(({ state }) => state !== 'CONNECTED')
  const without = app === '' ? [] : agents.filter(({ apps }) => !apps.some(({ name }) => name === app))
  const hasMore = selector !== null && data?.agents.pageInfo.hasNextPage
  return (
    <Card size="small" title={text('run.who', { count: hasMore ? `${most}+` : agents.length })}>
      <div className="stack" data-preview={agents.length}>
        {selector !== null && <Fault error={error} />}
        {away.length > 0 && <Alert type="warning" showIcon title={text('run.away', { count: away.length })} />}
        {without.length > 0 && <Alert type="warning" showIcon title={text('run.without', { count: without.length, app })} />}
        {agents.length === 0 && <span className="muted">{text('run.nobody')}</span>}
        <ul className="plain">
          {agents.slice(0, listed).map(({ id, name, ip, state }) => (
            <li key={id}>
              <State state={state} of="agent" />
              <Link to={`/agents/${id}`}>{name}</Link>
              <span className="muted">{ip}</span>
            </li>
          ))}
        </ul>
        {agents.length > listed && <span className="muted">{text('run.others', { count: agents.length - listed })}</span>}
      </div>
    </Card>
  )
}
