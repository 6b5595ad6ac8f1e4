import { Card, Descriptions, Empty, Table, Tag } from 'antd'
import { Link, useParams } from 'react-router'
import {
  AgentChangesDocument,
  AgentDetailDocument,
  type AgentDetailQuery,
  ApproveAgentDocument,
  RemoveAgentDocument,
  RevokeAgentDocument,
} from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { refresher } from '../../graphql/refresher.ts'
import { useFollowed } from '../../graphql/use-followed.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Act } from '../../parts/act.tsx'
import { EventTimeline } from '../../parts/event-timeline.tsx'
import { Fault } from '../../parts/fault.tsx'
import { Json } from '../../parts/json.tsx'
import { LiveTable } from '../../parts/live-table.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Offered } from '../../parts/offered.tsx'
import { Page } from '../../parts/page.tsx'
import { State } from '../../parts/state.tsx'
import { When } from '../../parts/when.tsx'
import { actorText } from '../../words/actor-text.ts'
import { useText } from '../../words/use-text.ts'
import { RunFirst } from '../tasks/run-first.tsx'
import { taskColumns } from '../tasks/task-columns.tsx'
import { useTaskList } from '../tasks/task-list.ts'
import { LabelEditor } from './label-editor.tsx'

export type AgentOfPage = NonNullable<AgentDetailQuery['agent']>

export function Agent() {
  const text = useText()
  const { id = '' } = useParams()
  const { data, error, isLoading, refetch } = useAsk('agent', AgentDetailDocument, { id })
  const agent = data?.agent?.id === id ? data.agent : null
  useFollowed(
    id,
    agent?.position,
    AgentChangesDocument,
    (after) => ({ filter: { ids: [id] }, after }),
    ({ agentChanged }) => agentChanged.position,
    () => refresher('agent', AgentDetailDocument, { id }),
  )
  return (
    <Page
      name="agent"
      title={agent?.name ?? text('task.agent')}
      sign={agent && <State state={agent.state} of="agent" />}
      extra={agent && <Actions agent={agent} />}
    >
      <div className="stack">
        <Fault error={error} retry={() => void refetch()} />
        {isLoading && <Loading />}
        {data && !data.agent && <Empty description={<Link to="/agents">{text('agents.unknown', { id })}</Link>} />}
        {agent && <Facts agent={agent} />}
        {agent && <RecentTasks id={id} />}
        {agent && (
          <Card size="small" title={text('agents.history')}>
            <EventTimeline events={agent.history.nodes} />
          </Card>
        )}
      </div>
    </Page>
  )
}

function Actions({ agent: { id, state } }: { readonly agent: AgentOfPage }) {
  const text = useText()
  return (
    <>
      {state === 'CONNECTED' && (
        <Offered needs="RUN">
          <Link to={`/run?agent=${id}`}>{text('nav.run')}</Link>
        </Offered>
      )}
      {state === 'PENDING' && (
        <Act
          needs="MANAGE_AGENTS"
          label={text('agents.approve')}
          what={text('agents.approveWhat')}
          act={async () => (await ask(ApproveAgentDocument, { input: { agent: id } })).approveAgent}
        />
      )}
      {state !== 'REVOKED' && (
        <Act
          needs="MANAGE_AGENTS"
          label={text('agents.revoke')}
          what={text('agents.revokeWhat')}
          isDangerous
          asksReason
          act={async (reason) => (await ask(RevokeAgentDocument, { input: { agent: id, reason } })).revokeAgent}
        />
      )}
      {['OFFLINE', 'LOST', 'REVOKED'].includes(state) && (
        <Act
          needs="MANAGE_AGENTS"
          label={text('agents.remove')}
          what={text('agents.removeWhat')}
          isDangerous
          asksReason
          act={async (reason) => (await ask(RemoveAgentDocument, { input: { agent: id, reason } })).removeAgent}
        />
      )}
    </>
  )
}

function Facts({ agent }: { readonly agent: AgentOfPage }) {
  const text = useText()
  const { enrolledBy, crons, installedApps, apps, cronFileError } = agent
  const items = [
    { key: 'id', label: text('task.id'), children: <span className="mono">{agent.id}</span> },
    { key: 'ip', label: 'IP', children: agent.ip },
    { key: 'platform', label: text('agents.platform'), children: agent.platform },
    { key: 'version', label: text('agents.version'), children: agent.version },
    { key: 'connected', label: text('agents.connectedAt'), children: <When at={agent.connectedAt} isFull /> },
    { key: 'seen', label: text('agents.seen'), children: <When at={agent.lastSeenAt} isFull /> },
    {
      key: 'enrolled',
      label: text('agents.enrolledBy'),
      children: enrolledBy ? actorText(text, enrolledBy) : '-',
    },
    { key: 'fingerprint', label: text('agents.fingerprint'), span: 2, children: <span className="mono">{agent.fingerprint}</span> },
  ]
  const wanted = new Map(installedApps.map((one) => [one.app, one]))
  const all = [...new Set([...apps.map(({ name }) => name), ...wanted.keys()])].sort()
  return (
    <>
      <Descriptions size="small" bordered column={{ xs: 1, md: 2, xl: 3 }} items={items} />
      <div className="cards two">
        <Card size="small" title={text('agents.labels')} extra={<LabelEditor agent={agent.id} labels={agent.labels} />}>
          <Json value={agent.labelSources} label={text('agents.labels')} />
        </Card>
        <Card size="small" title={text('nav.apps')}>
          <ul className="plain">
            {all.map((name) => {
              const one = wanted.get(name)
              const own = apps.find((app) => app.name === name)
              return (
                <li key={name}>
                  {one && <State state={one.state} />}
                  <b>{name}</b>
                  <span>{own?.isLocal ? own.version : (one?.installed ?? own?.version)}</span>
                  {own?.isLocal && <Tag>{text('agents.localApp')}</Tag>}
                  <span className="muted">
                    {one?.error?.message ?? (one && one.wanted !== one.installed ? text('agents.wants', { version: one.wanted ?? '-' }) : '')}
                  </span>
                </li>
              )
            })}
          </ul>
          {all.length === 0 && <span className="muted">{text('agents.noApps')}</span>}
        </Card>
      </div>
      <Card size="small" title={text('agents.crons')}>
        {cronFileError && <span className="bad">{cronFileError}</span>}
        {crons.length === 0 ? (
          <span className="muted">{text('agents.noCrons')}</span>
        ) : (
          <Table
            size="small"
            rowKey="id"
            pagination={false}
            dataSource={[...crons]}
            columns={[
              { title: text('task.what'), render: (_, { app, func }) => `${app}.${func}` },
              { title: text('schedules.rule'), render: (_, { rule, timeZone }) => <span className="mono">{`${rule} (${timeZone})`}</span> },
              {
                title: text('schedules.next'),
                render: (_, { nextFires, isEnabled }) => (isEnabled ? <When at={nextFires[0]} isFull /> : text('agents.cronOff')),
              },
              { title: text('schedules.last'), render: (_, { lastRunAt }) => <When at={lastRunAt} isFull /> },
              { title: text('task.why'), dataIndex: 'error' },
            ]}
          />
        )}
      </Card>
    </>
  )
}

function RecentTasks({ id }: { readonly id: string }) {
  const text = useText()
  const list = useTaskList({ agents: [id] }, 50)
  return (
    <Card size="small" title={text('nav.tasks')} extra={<Link to={`/tasks?agent=${id}`}>{text('overview.all')}</Link>}>
      <LiveTable list={list} columns={taskColumns(text)} label={text('nav.tasks')} height={260} empty={<RunFirst to={`/run?agent=${id}`} />} />
    </Card>
  )
}
