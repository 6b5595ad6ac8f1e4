import { Card } from 'antd'
import { Link } from 'react-router'
import type { TaskRatesQuery } from '../../../generated/operations.ts'
import { durationText } from '../../parts/when.tsx'
import { useText } from '../../words/use-text.ts'

type App = TaskRatesQuery['platform']['slowestApps'][number]

/** How long the runs of the last day took, by app. Undefined: not known yet. A table of Ant Design would be a tenth of the first load. */
export function SlowestApps({ apps }: { readonly apps: readonly App[] | undefined }) {
  const text = useText()
  const columns = [
    { title: text('overview.mean'), of: ({ meanMs }: App) => durationText(meanMs) },
    { title: text('overview.p95'), of: ({ p95Ms }: App) => durationText(p95Ms) },
    { title: text('overview.longest'), of: ({ longestMs }: App) => durationText(longestMs) },
    { title: text('overview.runs'), of: ({ runs }: App) => runs.toLocaleString() },
    { title: text('overview.failed'), of: ({ failed }: App) => failed.toLocaleString() },
  ]
  return (
    <Card size="small" title={text('overview.slowest')} extra={<Link to="/apps">{text('nav.apps')}</Link>}>
      {apps && apps.length > 0 && (
        <table className="numbers" data-slowest={apps.length}>
          <thead>
            <tr>
              <th scope="col">{text('task.app')}</th>
              {columns.map(({ title }) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {apps.map((app) => (
              <tr key={app.app}>
                <th scope="row">
                  <Link to={`/tasks?app=${encodeURIComponent(app.app)}`}>{app.app}</Link>
                </th>
                {columns.map(({ title, of }) => (
                  <td key={title}>{of(app)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {apps?.length === 0 && <p className="muted">{text('overview.noRuns')}</p>}
    </Card>
  )
}
