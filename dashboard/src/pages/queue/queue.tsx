import { Card, Descriptions, Empty, Table } from 'antd'
import { lazy, Suspense, useMemo, useState } from 'react'
import { Link, useLocation, useNavigate, useParams } from 'react-router'
import {
  CommitQueueDocument,
  QueueChangesDocument,
  QueueDetailDocument,
  type QueueDetailQuery,
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
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { State } from '../../parts/state.tsx'
import { When } from '../../parts/when.tsx'
import { useText } from '../../words/use-text.ts'
import { countsText } from '../queues/queues.tsx'
import { taskColumns } from '../tasks/task-columns.tsx'
import { AddTasks } from './add-tasks.tsx'
import { retryQueue } from './retry-queue.ts'

const QueueGraph = lazy(async () => ({ default: (await import('./queue-graph.tsx')).QueueGraph }))
const hasEnded = ['SUCCEEDED', 'FAILED', 'STOPPED']

export type QueueOfPage = NonNullable<QueueDetailQuery['queue']>

export function Queue() {
  const text = useText()
  const { id = '' } = useParams()
  // Whoever just made it comes with the position from which on it is there.
  const { notBefore = null } = (useLocation().state ?? {}) as { readonly notBefore?: string | null }
  const asked = { id, notBefore }
  const { data, error, isLoading, refetch } = useAsk('queue', QueueDetailDocument, asked)
  const queue = data?.queue?.id === id ? data.queue : null
  // One for both subscriptions: of two, the older answer could come last.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the parts of what is asked are there
  const again = useMemo(() => refresher('queue', QueueDetailDocument, asked), [id, notBefore])
  useFollowed(
    id,
    queue?.position,
    TaskChangesDocument,
    (after) => ({ filter: { queues: [id] }, after }),
    ({ taskChanged }) => taskChanged.position,
    () => again,
  )
  useFollowed(
    id,
    queue?.position,
    QueueChangesDocument,
    (after) => ({ filter: { ids: [id] }, after }),
    ({ queueChanged }) => queueChanged.position,
    () => again,
  )
  // What was chosen in the graph of another queue is not in this one.
  const [chosen, choose] = useState<{ readonly of: string; readonly tasks: readonly string[] }>({ of: id, tasks: [] })
  const selected = chosen.of === id ? chosen.tasks : []
  const select = (task: string) => choose({ of: id, tasks: selected.includes(task) ? selected.filter((one) => one !== task) : [...selected, task] })
  return (
    <Page
      name="queue"
      title={queue?.name ?? text('task.queue')}
      sign={queue && <State state={queue.state} />}
      extra={queue && <Actions queue={queue} chosen={selected} added={() => choose({ of: id, tasks: [] })} />}
    >
      <div className="stack">
        <Fault error={error} retry={() => void refetch()} />
        {isLoading && <Loading />}
        {data && !data.queue && <Empty description={<Link to="/queues">{text('queues.unknown', { id })}</Link>} />}
        {queue && <Parts queue={queue} chosen={selected} select={select} />}
      </div>
    </Page>
  )
}

interface PartsProps {
  readonly queue: QueueOfPage
  /** Tasks that a new one is to wait for. */
  readonly chosen: readonly string[]
  readonly select: (task: string) => void
}

function Parts({ queue, chosen, select }: PartsProps) {
  const text = useText()
  const { tasks, stopReason } = queue
  const isOpen = queue.state === 'OPEN'
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
        <Card size="small" title={text('queues.graph')} extra={isOpen && <span className="muted">{text('queues.choose')}</span>}>
          <Suspense fallback={<Loading />}>
            <QueueGraph tasks={tasks.nodes} chosen={chosen} select={isOpen ? select : null} />
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

interface ActionsProps {
  readonly queue: QueueOfPage
  readonly chosen: readonly string[]
  readonly added: () => void
}

function Actions({ queue, chosen, added }: ActionsProps) {
  const text = useText()
  const navigate = useNavigate()
  const { id, state, counts } = queue
  const left = counts.reduce((sum, one) => sum + (one.state === 'SUCCEEDED' ? 0 : one.count), 0)
  const retry = async () => {
    const retried = await retryQueue(id)
    if (!retried.refusal && retried.id !== undefined) void navigate(`/queues/${retried.id}`, { state: { notBefore: retried.position } })
    return retried
  }
  return (
    <>
      {state === 'OPEN' && <AddTasks queue={queue} after={chosen} added={added} />}
      {state === 'OPEN' && (
        <Act
          needs="RUN"
          label={text('queues.commit')}
          what={text('queues.commitWhat')}
          act={async () => (await ask(CommitQueueDocument, { input: { queue: id } })).commitQueue}
        />
      )}
      {queue.endedAt !== null && left > 0 && (
        <Act needs="RUN" label={text('queues.retry', { count: left })} what={text('queues.retryWhat')} act={retry} />
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
