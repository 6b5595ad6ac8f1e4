import { Alert, Card, Table } from 'antd'
import { Link } from 'react-router'
import { IncidentLineDocument, UnderneathDocument, WatchingDocument, type WatchingQuery } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { State } from '../../parts/state.tsx'
import { When } from '../../parts/when.tsx'
import { type TextKey, useText } from '../../words/use-text.ts'
import { FlowDrawing } from './flow-drawing.tsx'

type Component = WatchingQuery['components'][number]

interface Told {
  readonly rates?: Readonly<Record<string, { readonly perSecond: number } | undefined>>
  readonly gauges?: Readonly<Record<string, number | undefined>>
  readonly disks?: readonly { readonly folder: string; readonly freeBytes: number; readonly totalBytes: number }[]
}

/** The parts of the platform, what goes between them, and what somebody should look at. */
export function Watching() {
  const text = useText()
  const { data, error, refetch } = useAsk('watching', WatchingDocument, {}, { everyMs: 5_000 })
  return (
    <>
      {data?.openIncidents.map(({ kind, subject, message, since }) => (
        <Alert
          key={`${kind} ${subject}`}
          type="error"
          showIcon
          title={text(`incident.${kind}` as TextKey)}
          description={
            <>
              {message} <When at={since} />
            </>
          }
        />
      ))}
      <Card size="small" title={text('system.flows')}>
        <Fault error={error} retry={() => void refetch()} />
        {data && <FlowDrawing flows={data.flows} components={data.components} />}
      </Card>
      <Card size="small" title={text('system.components')} data-part="components">
        <Table
          size="small"
          rowKey={({ kind, instance }) => `${kind} ${instance}`}
          pagination={false}
          scroll={{ x: true }}
          dataSource={[...(data?.components ?? [])]}
          columns={[
            { title: text('system.part'), render: (_, { kind }: Component) => text(`part.${kind}` as TextKey) },
            { title: text('task.state'), render: (_, { state }: Component) => <State state={state} /> },
            { title: text('system.instance'), render: (_, { instance }: Component) => <span className="mono">{instance}</span> },
            { title: text('system.host'), dataIndex: 'host' },
            { title: text('agents.version'), dataIndex: 'version' },
            { title: text('system.since'), render: (_, { startedAt }: Component) => <When at={startedAt} /> },
            { title: text('system.seen'), render: (_, { lastSeenAt }: Component) => <When at={lastSeenAt} /> },
            { title: text('system.load'), render: (_, { metrics }: Component) => <Load told={metrics as Told} /> },
          ]}
        />
      </Card>
    </>
  )
}

function Load({ told: { rates, gauges, disks } }: { readonly told: Told }) {
  const text = useText()
  const cpu = rates?.['cpuSeconds']?.perSecond
  const bytes = gauges?.['residentBytes']
  const parts = [
    ...(cpu === undefined ? [] : [text('system.cpu', { percent: Math.round(cpu * 1_000) / 10 })]),
    ...(bytes === undefined ? [] : [`${Math.round(bytes / 2 ** 20)} MiB`]),
    ...(disks ?? []).map(({ freeBytes, totalBytes }) => text('system.free', { percent: Math.round((100 * freeBytes) / Math.max(1, totalBytes)) })),
  ]
  return parts.join(', ')
}

/** What began and ended, newest first; for auditors. */
export function IncidentLine() {
  const text = useText()
  const { data, error } = useAsk('incidents', IncidentLineDocument, {}, { everyMs: 10_000 })
  return (
    <Card size="small" title={text('system.incidents')} data-part="incidents">
      <Fault error={error} />
      <ul className="plain">
        {data?.incidents.nodes.map(({ kind, subject, isOver, message, at, event }) => (
          <li key={event.id}>
            <span className={isOver ? 'state good' : 'state bad'}>
              <span>{text(isOver ? 'incident.over' : 'incident.began')}</span>
            </span>
            <Link to={`/audit?position=${event.position}`}>{text(`incident.${kind}` as TextKey)}</Link>
            <span className="mono">{subject}</span>
            <span className="muted">{message}</span>
            <span className="end">
              <When at={at} />
            </span>
          </li>
        ))}
      </ul>
      {data?.incidents.nodes.length === 0 && <span className="muted">{text('system.noIncident')}</span>}
    </Card>
  )
}

/** Leases and statements that take long, for those who run the platform. */
export function Underneath() {
  const text = useText()
  const { data, error } = useAsk('underneath', UnderneathDocument, {}, { everyMs: 5_000 })
  return (
    <div className="cards two">
      <Card size="small" title={text('system.leases')}>
        <Fault error={error} />
        <ul className="plain">
          {data?.leases.map(({ name, owner, isHeld }) => (
            <li key={name}>
              <span>{name}</span>
              <span className={isHeld ? 'mono end' : 'mono end odd'}>{isHeld ? owner : text('system.noOwner')}</span>
            </li>
          ))}
        </ul>
      </Card>
      <Card size="small" title={text('system.slowQueries')}>
        <ul className="plain">
          {data?.slowQueries.map(({ program, forMs, text: statement }, index) => (
            // Two of one program may be the same.
            // biome-ignore lint/suspicious/noArrayIndexKey: nothing else tells them apart
            <li key={index}>
              <span>{program}</span>
              <span className="mono">{statement.slice(0, 120)}</span>
              <span className="end">{Math.round(forMs)} ms</span>
            </li>
          ))}
        </ul>
        {data?.slowQueries.length === 0 && <span className="muted">{text('system.noSlowQuery')}</span>}
      </Card>
    </div>
  )
}
