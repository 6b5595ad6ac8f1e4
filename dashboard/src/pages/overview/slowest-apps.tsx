import { Card, Table } from 'antd'
import { Link } from 'react-router'
import type { TaskRatesQuery } from '../../../generated/operations.ts'
import { durationText } from '../../parts/when.tsx'
import { useText } from '../../words/use-text.ts'

type App = TaskRatesQuery['platform']['slowestApps'][number]

/** How long the runs of the last day took, by app. Undefined: not known yet. */
export function SlowestApps({ apps }: { readonly apps: readonly App[] | undefined }) {
  const text = useText()
  return (
    <Card size="small" title={text('overview.slowest')} extra={<Link to="/apps">{text('nav.apps')}</Link>}>
      <Table<App>
        size="small"
        rowKey="app"
        pagination={false}
        loading={apps === undefined}
        dataSource={[...(apps ?? [])]}
        locale={{ emptyText: text('overview.noRuns') }}
        columns={[
          { title: text('task.app'), render: (_, { app }) => <Link to={`/tasks?app=${encodeURIComponent(app)}`}>{app}</Link> },
          { title: text('overview.mean'), align: 'right', render: (_, { meanMs }) => durationText(meanMs) },
          { title: text('overview.p95'), align: 'right', render: (_, { p95Ms }) => durationText(p95Ms) },
          { title: text('overview.longest'), align: 'right', render: (_, { longestMs }) => durationText(longestMs) },
          { title: text('overview.runs'), align: 'right', render: (_, { runs }) => runs.toLocaleString() },
          { title: text('overview.failed'), align: 'right', render: (_, { failed }) => failed.toLocaleString() },
        ]}
      />
    </Card>
  )
}
