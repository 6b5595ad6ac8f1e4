import { Card } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { HeadDocument, TaskChangesDocument, type TaskRowFragment, type TaskState } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { byFrame } from '../../graphql/by-frame.ts'
import { follow } from '../../graphql/follow.ts'
import { failedStates, hasEnded } from '../../parts/state.tsx'
import { useText } from '../../words/use-text.ts'

const barMs = 5_000
const bars = 60
const counted: readonly TaskState[] = ['SUCCEEDED', ...failedStates]

interface Bar {
  readonly succeeded: number
  readonly failed: number
}

/**
 * Tasks that ended while this page is open, in bars of five seconds. The platform counts tasks by state, but keeps no rates of the
 * past, so the chart begins empty and says so.
 */
export function EndedTasks() {
  const text = useText()
  const ended = useEndedByBar()
  const most = Math.max(1, ...ended.map(({ succeeded, failed }) => succeeded + failed))
  const total = ended.reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0)
  const label = text('overview.endedLabel', { count: total })
  return (
    <Card size="small" title={text('overview.ended')} extra={<span className="muted">{label}</span>}>
      <div className="bars">
        <svg viewBox={`0 0 ${bars * 10} 100`} preserveAspectRatio="none" role="img" aria-label={label}>
          {ended.map(({ succeeded, failed }, index) => {
            const [low, high] = [(failed / most) * 98, (succeeded / most) * 98]
            const x = index * 10
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
              <g key={index}>
                <rect className="failed" x={x} width={8} y={99 - low} height={low} />
                <rect x={x} width={8} y={99 - low - high} height={high} />
                <rect x={x} width={8} y={99} height={1} opacity={0.35} />
              </g>
            )
          })}
        </svg>
      </div>
      <p className="muted">{text('overview.endedNote')}</p>
    </Card>
  )
}

function useEndedByBar(): readonly Bar[] {
  const [shown, setShown] = useState<readonly Bar[]>(() => Array<Bar>(bars).fill({ succeeded: 0, failed: 0 }))
  const byBar = useRef(new Map<number, { succeeded: number; failed: number }>())
  useEffect(() => {
    const counts = byBar.current
    const draw = () => {
      const last = Math.floor(Date.now() / barMs)
      for (const bar of counts.keys()) if (bar <= last - bars) counts.delete(bar)
      setShown(Array.from({ length: bars }, (_, index) => ({ ...(counts.get(last - bars + 1 + index) ?? { succeeded: 0, failed: 0 }) })))
    }
    const frames = byFrame<TaskRowFragment>((tasks) => {
      for (const { state, endedAt } of tasks) {
        const bar = Math.floor((endedAt ? Date.parse(endedAt) : Date.now()) / barMs)
        const count = counts.get(bar) ?? { succeeded: 0, failed: 0 }
        count[failedStates.includes(state) ? 'failed' : 'succeeded']++
        counts.set(bar, count)
      }
      draw()
    })
    let isOver = false
    let stop = () => {}
    void ask(HeadDocument, {}).then(
      ({ platform }) => {
        if (isOver) return
        let after = platform.readPosition
        stop = follow({
          document: TaskChangesDocument,
          variables: () => ({ filter: { states: counted }, after }),
          onItem: ({ taskChanged: { task, position } }) => {
            after = position
            if (hasEnded(task.state)) frames.add(task)
          },
        })
      },
      () => {},
    )
    const timer = setInterval(draw, barMs)
    return () => {
      isOver = true
      stop()
      frames.stop()
      clearInterval(timer)
    }
  }, [])
  return shown
}
