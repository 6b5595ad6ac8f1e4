import type { TableColumnsType } from 'antd'
import { Select } from 'antd'
import { Link } from 'react-router'
import { QueueChangesDocument, type QueueFilter, QueueListDocument, type QueueRowFragment, type QueueState } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { endOf } from '../../graphql/page-end.ts'
import { useLiveList } from '../../graphql/use-live-list.ts'
import { LiveTable } from '../../parts/live-table.tsx'
import { Page } from '../../parts/page.tsx'
import { SavedFilters } from '../../parts/saved-filters.tsx'
import { State } from '../../parts/state.tsx'
import { useAddress } from '../../parts/use-address.ts'
import { When } from '../../parts/when.tsx'
import { type Text, type TextKey, useText } from '../../words/use-text.ts'
import { NewQueue } from './new-queue.tsx'

const states: readonly QueueState[] = ['OPEN', 'RUNNING', 'SUCCEEDED', 'FAILED', 'STOPPED']

export function Queues() {
  const text = useText()
  const { values, change } = useAddress()
  const chosen = values('state') as QueueState[]
  const filter: QueueFilter = chosen.length > 0 ? { states: chosen } : {}
  const list = useLiveList({
    key: JSON.stringify(filter),
    page: async (after, signal) => {
      const { queues } = await ask(QueueListDocument, { filter, first: 100, after }, signal)
      return { nodes: queues.nodes, endCursor: endOf(queues.pageInfo) }
    },
    document: QueueChangesDocument,
    variables: (after) => ({ filter, after }),
    change: ({ queueChanged: { queue, position } }) => ({ node: queue, position }),
    matches: ({ state }) => filter.states?.includes(state) ?? true,
    isNew: ({ createdAt }, newest) => filter.states != null || newest === undefined || createdAt >= newest.createdAt,
  })
  return (
    <Page name="queues" title={text('nav.queues')} extra={<NewQueue />}>
      <search className="filters">
        <Select
          mode="multiple"
          allowClear
          aria-label={text('task.state')}
          placeholder={text('task.state')}
          style={{ minWidth: 180 }}
          value={chosen}
          options={states.map((value) => ({ value, label: text(`state.${value}` as TextKey) }))}
          onChange={(state) => change({ state })}
        />
        <SavedFilters />
      </search>
      <LiveTable list={list} columns={columns(text)} label={text('nav.queues')} empty={text('queues.first')} />
    </Page>
  )
}

function columns(text: Text): TableColumnsType<QueueRowFragment> {
  return [
    { title: text('task.state'), key: 'state', width: 130, render: (_, { state }) => <State state={state} /> },
    { title: text('queues.name'), key: 'name', width: 220, render: (_, { id, name }) => <Link to={`/queues/${id}`}>{name ?? id}</Link> },
    { title: text('task.app'), key: 'app', width: 140, render: (_, { app }) => app ?? '' },
    { title: text('nav.tasks'), key: 'counts', width: 300, render: (_, { counts }) => countsText(counts, text) },
    { title: text('queues.createdAt'), key: 'createdAt', width: 150, render: (_, { createdAt }) => <When at={createdAt} /> },
    { title: text('task.endedAt'), key: 'endedAt', width: 150, render: (_, { endedAt }) => <When at={endedAt} /> },
  ]
}

export function countsText(counts: QueueRowFragment['counts'], text: Text): string {
  return counts.map(({ state, count }) => `${text(`state.${state}` as TextKey)} ${count}`).join(', ')
}
