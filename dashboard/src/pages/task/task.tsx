import { App, Button, Card, Collapse, Descriptions, Empty, Table } from 'antd'
import { Link, useParams } from 'react-router'
import { CancelTaskDocument, TaskChangesDocument, TaskDetailDocument, type TaskDetailQuery } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { refresher } from '../../graphql/refresher.ts'
import { useFollowed } from '../../graphql/use-followed.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { AuditLink } from '../../parts/audit-link.tsx'
import { EventTimeline } from '../../parts/event-timeline.tsx'
import { Fault } from '../../parts/fault.tsx'
import { Json } from '../../parts/json.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Offered } from '../../parts/offered.tsx'
import { Page } from '../../parts/page.tsx'
import { State } from '../../parts/state.tsx'
import { hasEnded } from '../../parts/task-states.ts'
import { useDone } from '../../parts/use-done.tsx'
import { durationText, When } from '../../parts/when.tsx'
import { actorText } from '../../words/actor-text.ts'
import { type TextKey, useText } from '../../words/use-text.ts'
import { TaskOutput } from './task-output.tsx'

export type TaskOfPage = NonNullable<TaskDetailQuery['task']>

export function Task() {
  const text = useText()
  const { id = '' } = useParams()
  const { data, error, isLoading, refetch } = useAsk('task', TaskDetailDocument, { id })
  const task = data?.task?.id === id ? data.task : null
  useFollowed(
    id,
    task?.position,
    TaskChangesDocument,
    (after) => ({ filter: { ids: [id] }, after }),
    ({ taskChanged }) => taskChanged.position,
    () => refresher('task', TaskDetailDocument, { id }),
  )
  const sign = task && <State state={task.state} />
  return (
    <Page name="task" title={task ? `${task.app}.${task.func}` : text('task.title')} sign={sign} extra={task && <Actions task={task} />}>
      <div className="stack">
        <Fault error={error} retry={() => void refetch()} />
        {isLoading && <Loading />}
        {data && !data.task && <Empty description={<Link to="/tasks">{text('task.unknown', { id })}</Link>} />}
        {task && <Facts task={task} />}
        {task && <TaskOutput id={id} isEnded={hasEnded(task.state)} />}
        {task && task.attempts.length > 1 && <Attempts task={task} />}
        {task && (
          <Card size="small" title={text('task.events')}>
            <EventTimeline events={task.history.nodes} />
          </Card>
        )}
        {task && (
          <Collapse size="small" items={[{ key: 'json', label: text('task.json'), children: <Json value={task} label={text('task.json')} /> }]} />
        )}
      </div>
    </Page>
  )
}

function Actions({ task }: { readonly task: TaskOfPage }) {
  const text = useText()
  const done = useDone()
  const { modal } = App.useApp()
  const again = new URLSearchParams({ app: task.app, func: task.func, agent: task.agentId })
  if (task.param !== null) again.set('param', JSON.stringify(task.param))
  const cancel = () =>
    modal.confirm({
      title: text('task.cancel'),
      content: text('task.cancelWhat', { what: `${task.app}.${task.func}`, agent: task.agentIp }),
      okText: text('task.cancel'),
      okButtonProps: { danger: true },
      cancelText: text('run.back'),
      onOk: () => done(text('task.cancel'), async () => (await ask(CancelTaskDocument, { input: { id: task.id } })).cancelTask),
    })
  return (
    <>
      <Offered needs="RUN">
        <Link to={`/run?${again}`}>
          <Button tabIndex={-1}>{text('task.again')}</Button>
        </Link>
      </Offered>
      {!hasEnded(task.state) && (
        <Offered needs="CANCEL">
          <Button danger onClick={cancel}>
            {text('task.cancel')}
          </Button>
        </Offered>
      )}
    </>
  )
}

function Facts({ task }: { readonly task: TaskOfPage }) {
  const text = useText()
  const { result, failure, wait, queue, schedule, parents, processing } = task
  const items = [
    { key: 'task.id', children: <span className="mono">{task.id}</span> },
    { key: 'task.agent', children: <Link to={`/agents/${task.agentId}`}>{task.agent ? `${task.agent.name} (${task.agentIp})` : task.agentIp}</Link> },
    { key: 'task.kind', children: text(`kind.${task.kind}` as TextKey) },
    { key: 'task.who', children: actorText(text, task.requestedBy) },
    { key: 'task.requestedAt', children: <When at={task.requestedAt} isFull /> },
    { key: 'task.startedAt', children: <When at={task.startedAt} isFull /> },
    { key: 'task.endedAt', children: <When at={task.endedAt} isFull /> },
    { key: 'task.attempt', children: task.attempt },
    { key: 'task.timeout', children: task.timeoutMs === 0 ? text('task.noTimeout') : durationText(task.timeoutMs) },
    { key: 'task.correlation', children: <AuditLink query={`correlation=${task.correlationId}`}>{task.correlationId}</AuditLink> },
    ...(queue ? [{ key: 'task.queue', children: <Link to={`/queues/${queue.id}`}>{queue.name ?? queue.id}</Link> }] : []),
    ...(schedule ? [{ key: 'task.schedule', children: <Link to={`/schedules?id=${schedule.id}`}>{schedule.name ?? schedule.id}</Link> }] : []),
    ...(wait ? [{ key: 'task.wait', children: text(`wait.${wait.reason}` as TextKey) }] : []),
    ...(processing ? [{ key: 'task.processing', children: <State state={processing.state} /> }] : []),
  ].map(({ key, children }) => ({ key, label: text(key as TextKey), children }))
  return (
    <>
      <Descriptions size="small" bordered column={{ xs: 1, md: 2, xl: 3 }} items={items} />
      {failure && (
        <Card size="small" title={<span className="bad">{`${failure.code}`}</span>}>
          {failure.message}
        </Card>
      )}
      {parents.length > 0 && (
        <Card size="small" title={text('task.parents')}>
          {parents.map(({ id, state, app, func }) => (
            <div key={id}>
              <State state={state} /> <Link to={`/tasks/${id}`}>{`${app}.${func}`}</Link>
            </div>
          ))}
        </Card>
      )}
      <div className="cards">
        <Card size="small" title={text('task.param')}>
          {task.param === null ? <span className="muted">{text('task.noParam')}</span> : <Json value={task.param} label={text('task.param')} />}
        </Card>
        <Card
          size="small"
          title={text('task.result')}
          extra={result && text('task.cost', { cost: durationText(result.costMs), flag: result.workerFlag })}
        >
          {result ? <Json value={result.message} label={text('task.result')} /> : <span className="muted">{text('task.noResult')}</span>}
        </Card>
        {result?.standardError && (
          <Card size="small" title={text('task.stderr')}>
            <Json value={result.standardError} label={text('task.stderr')} />
          </Card>
        )}
      </div>
    </>
  )
}

function Attempts({ task }: { readonly task: TaskOfPage }) {
  const text = useText()
  return (
    <Card size="small" title={text('task.attempts')}>
      <Table
        size="small"
        rowKey="number"
        pagination={false}
        dataSource={[...task.attempts]}
        columns={[
          { title: text('task.attempt'), dataIndex: 'number' },
          { title: text('task.state'), render: (_, { state }) => <State state={state} /> },
          { title: text('task.startedAt'), render: (_, { startedAt }) => <When at={startedAt} isFull /> },
          { title: text('task.endedAt'), render: (_, { endedAt }) => <When at={endedAt} isFull /> },
          { title: text('task.why'), render: (_, { failure }) => failure && `${failure.code}: ${failure.message}` },
        ]}
      />
    </Card>
  )
}
