import { Card } from 'antd'
import { Link } from 'react-router'
import type { TaskRatesQuery, TaskState } from '../../../generated/operations.ts'
import { State } from '../../parts/state.tsx'
import { failedStates, taskStates } from '../../parts/task-states.ts'
import { timeText } from '../../parts/when.tsx'
import { usePreferences } from '../../words/preferences.ts'
import { useText } from '../../words/use-text.ts'
import { barsOf, minuteMs, minutesShown } from './minute-bars.ts'

type Minute = TaskRatesQuery['platform']['taskMinutes'][number]

const barWidth = 10
const height = 100

/** What became of tasks in each minute of the last hour, as the platform has counted it. */
export function TaskMinutes({ minutes }: { readonly minutes: readonly Minute[] }) {
  const text = useText()
  const { language } = usePreferences()
  const bars = barsOf(minutes, Date.now())
  const most = Math.max(1, ...bars.map(({ all, requested }) => Math.max(all, requested)))
  const tall = (count: number) => (count / most) * (height - 2)
  // In steps: a minute has one number, and none is between two of them.
  const requested = bars.flatMap((bar, index) => [0, 1].map((end) => `${(index + end) * barWidth - 1},${height - 1 - tall(bar.requested)}`))
  const total = bars.reduce((sum, bar) => sum + bar.requested, 0)
  return (
    <Card size="small" title={text('overview.minutes')} extra={<span className="muted">{text('overview.requested', { count: total })}</span>}>
      <div className="stack" data-minutes={total}>
        {/* By keys and aloud the same is told below, in numbers. */}
        <div className="bars">
          <svg viewBox={`0 0 ${minutesShown * barWidth} ${height}`} preserveAspectRatio="none" aria-hidden="true">
            {bars.map(({ at, all, failed, others, requested: asked }, index) => (
              <Link key={at} to={`/tasks?from=${new Date(at).toISOString()}&to=${new Date(at + minuteMs).toISOString()}`} tabIndex={-1}>
                <title>{`${timeText(new Date(at).toISOString(), language)}: ${text('overview.ofMinute', { asked, all, failed })}`}</title>
                <rect className="empty" x={index * barWidth} y={0} width={barWidth} height={height} />
                <rect className="failed" x={index * barWidth} y={height - 1 - tall(failed)} width={barWidth - 2} height={tall(failed)} />
                <rect className="others" x={index * barWidth} y={height - 1 - tall(failed + others)} width={barWidth - 2} height={tall(others)} />
                <rect x={index * barWidth} y={height - 1 - tall(all)} width={barWidth - 2} height={tall(all - failed - others)} />
                <rect x={index * barWidth} y={height - 1} width={barWidth - 2} height={1} opacity={0.35} />
              </Link>
            ))}
            <polyline className="requested" points={requested.join(' ')} />
          </svg>
        </div>
        <Totals minutes={minutes} />
        <span className="muted">{text('overview.minutesNote')}</span>
      </div>
    </Card>
  )
}

/** Of the hour, by how tasks ended: each with the tasks that were requested in it and ended so. */
function Totals({ minutes }: { readonly minutes: readonly Minute[] }) {
  const counts = new Map<TaskState, number>()
  for (const { state, count } of minutes.flatMap(({ ended }) => ended)) counts.set(state, (counts.get(state) ?? 0) + count)
  const [first] = minutes
  const from = first ? `&from=${first.at}` : ''
  return (
    <div className="totals">
      {taskStates
        .filter((state) => counts.has(state) || state === 'SUCCEEDED' || failedStates[0] === state)
        .map((state) => (
          <Link key={state} to={`/tasks?state=${state}${from}`}>
            <State state={state} /> <b>{(counts.get(state) ?? 0).toLocaleString()}</b>
          </Link>
        ))}
    </div>
  )
}
