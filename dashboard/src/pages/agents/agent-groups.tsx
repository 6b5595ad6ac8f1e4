import { Empty, Table } from 'antd'
import { Link } from 'react-router'
import { AgentGroupsDocument, type AgentGroupsQuery, type AgentState } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { State } from '../../parts/state.tsx'
import { useText } from '../../words/use-text.ts'
import { selectorOf } from './selector-of.ts'

type Group = AgentGroupsQuery['agentGroups'][number]

/** A group changes with each of its agents, of which there may be thousands: it is asked for again. */
const everyMs = 5_000
/** What the operation asks for. */
const mostGroups = 80

interface AgentGroupsProps {
  readonly label: string
  readonly selector: string
  readonly states: readonly AgentState[]
}

/** The agents of a selector by their values of a label; each group leads to its agents. */
export function AgentGroups({ label, selector, states }: AgentGroupsProps) {
  const text = useText()
  const { data, error, refetch } = useAsk('agent-groups', AgentGroupsDocument, { label, selector }, { everyMs })
  const address = (value: string, state?: AgentState) => {
    const search = new URLSearchParams({
      selector: [selector, selectorOf(label, value)].filter((part) => part !== '').join(','),
      ...(state && { state }),
    })
    return `/agents?${search}`
  }
  const shown = states.filter((state) => data?.agentGroups.some(({ byState }) => byState.some((one) => one.state === state)))
  return (
    <section aria-label={text('agents.groups')} className="stack" data-groups={data?.agentGroups.length}>
      <Fault error={error} retry={() => void refetch()} />
      <Table<Group>
        size="small"
        rowKey="value"
        pagination={false}
        loading={!data && !error}
        dataSource={[...(data?.agentGroups ?? [])]}
        locale={{ emptyText: data ? <Empty description={text('agents.noGroups', { label })} /> : ' ' }}
        columns={[
          { title: label, render: (_, { value }) => <Link to={address(value)}>{value === '' ? text('agents.noValue') : value}</Link> },
          { title: text('nav.agents'), align: 'right', width: 120, render: (_, { agents }) => agents.toLocaleString() },
          ...shown.map((state) => ({
            title: <State state={state} of="agent" />,
            key: state,
            align: 'right' as const,
            width: 140,
            render: (_: unknown, { value, byState }: Group) => {
              const count = byState.find((one) => one.state === state)?.count ?? 0
              return count === 0 ? <span className="muted">0</span> : <Link to={address(value, state)}>{count.toLocaleString()}</Link>
            },
          })),
        ]}
      />
      {data?.agentGroups.length === mostGroups && <span className="muted">{text('agents.cutGroups', { count: mostGroups })}</span>}
    </section>
  )
}
