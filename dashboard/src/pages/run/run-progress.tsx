import { Button, Card, Progress, Table } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { TaskChangesDocument, type TaskRowFragment } from '../../../generated/operations.ts'
import { byFrame } from '../../graphql/by-frame.ts'
import { follow } from '../../graphql/follow.ts'
import { withChanges } from '../../graphql/rows.ts'
import { failedStates, hasEnded } from '../../parts/task-states.ts'
import { useText } from '../../words/use-text.ts'
import { taskColumns } from '../tasks/task-columns.tsx'
import { ResultGroups } from './result-groups.tsx'
import type { RunForm, StartedRun } from './start-run.ts'

/** What becomes of a run, host by host, as it happens; then its results, equal ones together. */
export function RunProgress({ run, again }: { readonly run: StartedRun; readonly again: (form: RunForm) => void }) {
  const text = useText()
  const correlationIds = useMemo(() => [...new Set(run.tasks.map(({ correlationId }) => correlationId))], [run])
  const { tasks, position } = useFollowed(run, correlationIds)
  const ended = tasks.filter(({ state }) => hasEnded(state))
  const failed = ended.filter(({ state }) => failedStates.includes(state))
  const isOver = ended.length === tasks.length
  const retry = () => again({ ...run.form, target: 'agents', agents: failed.map(({ agentId }) => agentId) })
  const status = !isOver ? 'active' : failed.length > 0 ? 'exception' : 'success'
  return (
    <Card
      size="small"
      title={text('run.progress', { ended: ended.length, all: tasks.length, failed: failed.length })}
      extra={isOver && failed.length > 0 && <Button onClick={retry}>{text('run.retry', { count: failed.length })}</Button>}
    >
      <div className="stack" data-ended={ended.length} data-all={tasks.length}>
        <Progress
          percent={Math.floor((ended.length / tasks.length) * 100)}
          status={status}
          aria-label={text('run.progress', { ended: ended.length, all: tasks.length, failed: failed.length })}
        />
        {isOver && <ResultGroups correlationIds={correlationIds} notBefore={position} />}
        <Table
          size="small"
          virtual
          rowKey="id"
          pagination={false}
          scroll={{ x: 980, y: Math.min(360, 40 * tasks.length) }}
          columns={taskColumns(text)}
          dataSource={[...tasks]}
        />
      </div>
    </Card>
  )
}

/** All tasks of one request have its correlation id: one filter for a thousand of them. */
function useFollowed(run: StartedRun, correlationIds: readonly string[]): { readonly tasks: readonly TaskRowFragment[]; readonly position: string } {
  const [shown, setShown] = useState<{ tasks: readonly TaskRowFragment[]; position: string }>({ tasks: run.tasks, position: run.position })
  useEffect(() => {
    const stops = correlationIds.map((correlationId) => {
      let after = run.position
      const frames = byFrame<TaskRowFragment>((changes) =>
        setShown((before) => ({
          tasks: withChanges(
            before.tasks,
            changes,
            () => true,
            () => false,
          ),
          position: after,
        })),
      )
      const stop = follow({
        document: TaskChangesDocument,
        variables: () => ({ filter: { correlationId }, after }),
        onItem: ({ taskChanged: { task, position } }) => {
          after = position
          frames.add(task)
        },
      })
      return () => {
        stop()
        frames.stop()
      }
    })
    return () => {
      for (const stop of stops) stop()
    }
  }, [run, correlationIds])
  return shown
}
