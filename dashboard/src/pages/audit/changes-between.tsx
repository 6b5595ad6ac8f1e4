import { Button, Card, Table } from 'antd'
import { ChangesBetweenDocument, type ChangesBetweenQuery } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { Loading } from '../../parts/loading.tsx'
import { useAddress } from '../../parts/use-address.ts'
import { When } from '../../parts/when.tsx'
import { useText, wordOf } from '../../words/use-text.ts'

type Change = ChangesBetweenQuery['changes']['nodes'][number]

/** What changed between two instants, each thing with its state before and after. */
export function ChangesBetween({ from, to }: { readonly from: string; readonly to: string }) {
  const text = useText()
  const { change } = useAddress()
  const { data, error, refetch } = useAsk('changes', ChangesBetweenDocument, { from, to })
  const eventsOf = (stream: string) => change({ view: null, stream, from, to })
  return (
    <Card size="small" title={text('past.changes')} data-changes={data?.changes.nodes.length}>
      <Fault error={error} retry={() => void refetch()} />
      {!data && !error && <Loading />}
      {data && (
        <Table<Change>
          size="small"
          rowKey="stream"
          pagination={{ pageSize: 8, hideOnSinglePage: true, showSizeChanger: false }}
          dataSource={[...data.changes.nodes]}
          locale={{ emptyText: text('past.noChange') }}
          columns={[
            { title: text('audit.when'), width: 190, render: (_, { lastAt }) => <When at={lastAt} isFull /> },
            { title: text('past.kind'), dataIndex: 'kind', width: 130 },
            {
              title: text('audit.stream'),
              render: (_, { stream, id }) => (
                <Button type="link" size="small" style={{ padding: 0 }} onClick={() => eventsOf(stream)}>
                  {id}
                </Button>
              ),
            },
            { title: text('past.events'), dataIndex: 'events', width: 80 },
            {
              title: text('task.state'),
              render: (_, { kind, stateBefore, stateAfter, isNew }) =>
                `${stateBefore ? stateText(kind, stateBefore) : isNew ? text('past.new') : '-'} → ${stateAfter ? stateText(kind, stateAfter) : '-'}`,
            },
          ]}
        />
      )}
      {data?.changes.pageInfo.hasNextPage && <span className="muted">{text('list.cut', { count: data.changes.nodes.length })}</span>}
    </Card>
  )
}

/** The same name is another state of another kind of thing. Links have states of agents, and what lets somebody in has those of keys. */
function stateText(kind: string, state: string): string {
  return wordOf([`${kind}.${state}`, `state.${state}`, `agent.${state}`, `key.${state}`], state)
}
