import { AutoComplete, Input, Select, type TableColumnsType, Tag } from 'antd'
import { useEffect, useState } from 'react'
import { Link } from 'react-router'
import { AgentChangesDocument, type AgentFilter, AgentListDocument, type AgentRowFragment, type AgentState } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { endOf } from '../../graphql/page-end.ts'
import { useLiveList } from '../../graphql/use-live-list.ts'
import { LiveTable } from '../../parts/live-table.tsx'
import { Offered } from '../../parts/offered.tsx'
import { Page } from '../../parts/page.tsx'
import { SavedFilters } from '../../parts/saved-filters.tsx'
import { State } from '../../parts/state.tsx'
import { useAddress } from '../../parts/use-address.ts'
import { When } from '../../parts/when.tsx'
import { type Text, type TextKey, useText } from '../../words/use-text.ts'
import { AgentGroups } from './agent-groups.tsx'
import { NewJoinToken } from './new-join-token.tsx'

const states: readonly AgentState[] = ['PENDING', 'CONNECTED', 'OFFLINE', 'LOST', 'REVOKED', 'REMOVED']

export function Agents() {
  const text = useText()
  const { search, values, change } = useAddress()
  const chosen = values('state') as AgentState[]
  const selector = search.get('selector') ?? ''
  const group = search.get('group') ?? ''
  const [typed, setTyped] = useState(selector)
  // A saved filter brings a selector of its own.
  useEffect(() => setTyped(selector), [selector])
  const filter: AgentFilter = { ...(chosen.length > 0 && { states: chosen }), ...(selector !== '' && { selector }) }
  const list = useLiveList({
    key: JSON.stringify(filter),
    page: async (after, signal) => {
      const { agents } = await ask(AgentListDocument, { filter, first: 200, after }, signal)
      return { nodes: agents.nodes, endCursor: endOf(agents.pageInfo) }
    },
    document: AgentChangesDocument,
    variables: (after) => ({ filter, after }),
    change: ({ agentChanged: { agent, position } }) => ({ node: agent, position }),
    matches: ({ state }) => (filter.states ? filter.states.includes(state) : state !== 'REMOVED'),
    // Agents are few, and each that changes may be shown: the next page leaves out what is there.
    isNew: () => true,
  })
  const labels = list.rows.flatMap((agent) => Object.keys((agent.labels ?? {}) as object))
  const groupings = [...new Set([...labels, 'platform', 'version', 'app'])].sort()
  return (
    <Page name="agents" title={text('nav.agents')} extra={<NewJoinToken />}>
      <search className="filters">
        <Select
          mode="multiple"
          allowClear
          aria-label={text('task.state')}
          placeholder={text('task.state')}
          style={{ minWidth: 180 }}
          value={chosen}
          options={states.map((value) => ({ value, label: text(`agent.${value}` as TextKey) }))}
          onChange={(state) => change({ state })}
        />
        <Input.Search
          allowClear
          aria-label={text('run.selector')}
          placeholder="env=prod,region in (eu,us)"
          style={{ width: 320 }}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          onSearch={(value) => change({ selector: value.trim() })}
        />
        <AutoComplete
          allowClear
          defaultActiveFirstOption={false}
          aria-label={text('agents.groupBy')}
          placeholder={text('agents.groupBy')}
          style={{ width: 180 }}
          key={group}
          defaultValue={group}
          options={groupings.map((value) => ({ value }))}
          onSelect={(value: string) => change({ group: value })}
          onClear={() => change({ group: null })}
          onKeyDown={({ key, target }) => key === 'Enter' && change({ group: (target as HTMLInputElement).value.trim() })}
        />
        <SavedFilters />
        {selector !== '' && (
          <Offered needs="RUN">
            <Link to={`/run?selector=${encodeURIComponent(selector)}`}>{text('agents.runHere')}</Link>
          </Offered>
        )}
      </search>
      {group === '' ? (
        <LiveTable list={list} columns={columns(text)} label={text('nav.agents')} empty={text('agents.first')} />
      ) : (
        <AgentGroups label={group} selector={selector} states={states} />
      )}
    </Page>
  )
}

function columns(text: Text): TableColumnsType<AgentRowFragment> {
  return [
    { title: text('task.state'), key: 'state', width: 120, render: (_, { state }) => <State state={state} of="agent" /> },
    { title: text('queues.name'), key: 'name', width: 180, render: (_, { id, name }) => <Link to={`/agents/${id}`}>{name}</Link> },
    { title: 'IP', key: 'ip', width: 130, dataIndex: 'ip' },
    { title: text('agents.labels'), key: 'labels', width: 240, render: (_, { labels }) => <Labels labels={labels} /> },
    { title: text('nav.apps'), key: 'apps', width: 180, render: (_, { apps }) => apps.map(({ name }) => name).join(', ') },
    { title: text('agents.version'), key: 'version', width: 110, dataIndex: 'version' },
    { title: text('agents.seen'), key: 'seen', width: 140, render: (_, { lastSeenAt }) => <When at={lastSeenAt} /> },
  ]
}

export function Labels({ labels }: { readonly labels: unknown }) {
  return Object.entries((labels ?? {}) as Record<string, unknown>).map(([name, value]) => (
    <Tag key={name} variant="outlined">
      {value === '' ? name : `${name}=${value}`}
    </Tag>
  ))
}
