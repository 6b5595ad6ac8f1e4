import { Card, Descriptions, Empty, Spin, Table } from 'antd'
import { lazy, Suspense } from 'react'
import { Link, useParams } from 'react-router'
import {
  AddQueueTasksDocument,
  CommitQueueDocument,
  QueueChangesDocument,
  QueueDetailDocument,
  type QueueDetailQuery,
  type QueueTaskInput,
  StopQueueDocument,
  TaskChangesDocument,
} from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { refresher } from '../../graphql/refresher.ts'
import { useFollowed } from '../../graphql/use-followed.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Act } from '../../parts/act.tsx'
import { EventTimeline } from '../../parts/event-timeline.tsx'
import { Fault } from '../../parts/fault.tsx'
import { Page } from '../../parts/page.tsx'
import { failedStates, State } from '../../parts/state.tsx'
import { When } from '../../parts/when.tsx'
import { useText } from '../../words/use-text.ts'
import { countsText } from '../queues/queues.tsx'
import { taskColumns } from '../tasks/task-columns.tsx'

const QueueGraph = lazy(async () => ({ default: (await import('./queue-graph.tsx')).QueueGraph }))
const hasEnded = ['SUCCEEDED', 'FAILED', 'STOPPED']

export type QueueOfPage = NonNullable<QueueDetailQuery['queue']>

export function Queue() {
  const text = useText()
  const { id = '' } = useParams()
  const { data, error, isLoading, refetch } = useAsk('queue', QueueDetailDocument, { id })
  const queue = data?.queue?.id === id ? data.queue : null
  useFollowed(
    id,
    queue?.position,
    TaskChangesDocument,
    (after) => ({ filter: { queues: [id] }, after }),
    ({ taskChanged }) => taskChanged.position,
    () => refresher('queue', QueueDetailDocument, { id }),
  )
  useFollowed(
    id,
    queue?.position,
    QueueChangesDocument,
    (after) => ({ filter: { ids: [id] }, after }),
    ({ queueChanged }) => queueChanged.position,
    () => refresher('queue', QueueDetailDocument, { id }),
  )
  return (
    <Page
      name="queue"
      title={queue?.name ?? text('task.queue')}
      sign={queue && <State state={queue.state} />}
      extra={queue && <Actions queue={queue} />}
    >
      <div className="stack">
        <Fault error={error} retry={() => void refetch()} />
        {isLoading && <Spin aria-label={text('list.loading')} />}
        {data && !data.queue && <Empty description={<Link to="/queues">{text('queues.unknown', { id })}</Link>} />}
        {queue && <Parts queue={queue} />}
      </div>
    </Page>
  )
}

function Parts({ queue }: { readonly queue: QueueOfPage }) {
  const text = useText()
  const { tasks, stopReason } = queue
  const items = [
    { key: 'id', label: text('task.id'), children: <span className="mono">{queue.id}</span> },
    { key: 'counts', label: text('nav.tasks'), children: countsText(queue.counts, text) },
    { key: 'created', label: text('queues.createdAt'), children: <When at={queue.createdAt} isFull /> },
    { key: 'committed', label: text('queues.committedAt'), children: <When at={queue.committedAt} isFull /> },
    { key: 'ended', label: text('task.endedAt'), children: <When at={queue.endedAt} isFull /> },
    ...(stopReason ? [{ key: 'stopped', label: text('task.why'), children: stopReason }] : []),
  ]
  return (
    <>
      <Descriptions size="small" bordered column={{ xs: 1, md: 2, xl: 3 }} items={items} />
      {tasks.pageInfo.hasNextPage && <span className="muted">{text('queues.large', { count: tasks.nodes.length })}</span>}
      {tasks.nodes.length > 0 && (
        <Card size="small" title={text('queues.graph')}>
          <Suspense fallback={<Spin aria-label={text('list.loading')} />}>
            <QueueGraph tasks={tasks.nodes} />
          </Suspense>
        </Card>
      )}
      <Table
        size="small"
        virtual
        rowKey="id"
        pagination={false}
        scroll={{ x: 980, y: 320 }}
        columns={taskColumns(text)}
        dataSource={[...tasks.nodes]}
      />
      <Card size="small" title={text('task.events')}>
        <EventTimeline events={queue.history.nodes} />
      </Card>
    </>
  )
}

function Actions({ queue }: { readonly queue: QueueOfPage }) {
  const text = useText()
  const { id, state, tasks } = queue
  const failed = tasks.nodes.filter((task) => failedStates.includes(task.state))
  // A queue's task is never run twice: the failed ones are added again, as tasks of their own.
  const again: readonly QueueTaskInput[] = failed.map(({ agentId, app, func }) => ({ agent: agentId, app, func }))
  return (
    <>
      {state === 'OPEN' && (
        <Act
          needs="RUN"
          label={text('queues.commit')}
          what={text('queues.commitWhat')}
          act={async () => (await ask(CommitQueueDocument, { input: { queue: id } })).commitQueue}
        />
      )}
      {!hasEnded.includes(state) && failed.length > 0 && (
        <Act
          needs="RUN"
          label={text('queues.retry', { count: failed.length })}
          what={text('queues.retryWhat')}
          act={async () => (await ask(AddQueueTasksDocument, { input: { queue: id, tasks: again } })).addQueueTasks}
        />
      )}
      {!hasEnded.includes(state) && (
        <Act
          needs="CANCEL"
          label={text('queues.stop')}
          what={text('queues.stopWhat')}
          isDangerous
          asksReason
          act={async (reason) => (await ask(StopQueueDocument, { input: { queue: id, cancelRunning: true, reason } })).stopQueue}
        />
      )}
    </>
  )
}
