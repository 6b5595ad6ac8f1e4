import { Button, Card, Descriptions } from 'antd'
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import {
  DeleteScheduleDocument,
  FireScheduleDocument,
  PauseScheduleDocument,
  ResumeScheduleDocument,
  ScheduleChangesDocument,
  ScheduleDetailDocument,
} from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { refresher } from '../../graphql/refresher.ts'
import { useFollowed } from '../../graphql/use-followed.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Act } from '../../parts/act.tsx'
import { EventTimeline } from '../../parts/event-timeline.tsx'
import { Fault } from '../../parts/fault.tsx'
import { Json } from '../../parts/json.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Offered } from '../../parts/offered.tsx'
import { State } from '../../parts/state.tsx'
import { When } from '../../parts/when.tsx'
import { actorText } from '../../words/actor-text.ts'
import { type TextKey, useText } from '../../words/use-text.ts'
import { RulePreview } from './rule-preview.tsx'
import { ScheduleEditor } from './schedule-editor.tsx'

/** What becomes of its instants changes their tasks, not the schedule. */
const everyMs = 5_000

export function ScheduleDetail({ id }: { readonly id: string }) {
  const text = useText()
  const [isEdited, setEdited] = useState(false)
  const { data, error } = useAsk('schedule', ScheduleDetailDocument, { id }, { everyMs })
  const again = useMemo(() => refresher('schedule', ScheduleDetailDocument, { id }), [id])
  const schedule = data?.schedule
  useFollowed(
    id,
    schedule?.position,
    ScheduleChangesDocument,
    (after) => ({ filter: { ids: [id] }, after }),
    ({ scheduleChanged }) => scheduleChanged.position,
    () => again,
  )
  if (error) return <Fault error={error} />
  if (!data) return <Loading />
  if (!schedule) return <span>{text('schedules.unknown', { id })}</span>
  const { state, rule, timeZone, param, fires, history, createdBy } = schedule
  const items = [
    { key: 'state', label: text('task.state'), children: <State state={state} of="schedule" /> },
    { key: 'name', label: text('queues.name'), children: schedule.name ?? id },
    { key: 'what', label: text('task.what'), children: `${schedule.app}.${schedule.func}` },
    { key: 'agent', label: text('task.agent'), children: schedule.agent && <Link to={`/agents/${schedule.agent.id}`}>{schedule.agent.name}</Link> },
    { key: 'rule', label: text('schedules.rule'), children: <span className="mono">{`${rule} (${timeZone})`}</span> },
    { key: 'misfire', label: text('schedules.misfire'), children: text(`misfire.${schedule.misfire}` as TextKey) },
    { key: 'overlap', label: text('schedules.overlap'), children: text(`overlap.${schedule.overlap}` as TextKey) },
    { key: 'who', label: text('task.who'), children: actorText(text, createdBy) },
  ]
  const input = { schedule: id }
  if (isEdited) return <ScheduleEditor edited={schedule} after={() => setEdited(false)} />
  return (
    <div className="stack" data-schedule={id}>
      {state !== 'DELETED' && (
        <div className="filters">
          <Offered needs="SCHEDULE">
            <Button size="small" onClick={() => setEdited(true)}>
              {text('schedules.edit')}
            </Button>
          </Offered>
          <Act
            needs="SCHEDULE"
            label={text('schedules.fire')}
            what={text('schedules.fireWhat')}
            act={async () => (await ask(FireScheduleDocument, { input })).fireSchedule}
            after={(position) => position !== null && again(position)}
          />
          {state === 'PAUSED' ? (
            <Act
              needs="SCHEDULE"
              label={text('schedules.resume')}
              what={text('schedules.resumeWhat')}
              act={async () => (await ask(ResumeScheduleDocument, { input })).resumeSchedule}
            />
          ) : (
            <Act
              needs="SCHEDULE"
              label={text('schedules.pause')}
              what={text('schedules.pauseWhat')}
              act={async () => (await ask(PauseScheduleDocument, { input })).pauseSchedule}
            />
          )}
          <Act
            needs="SCHEDULE"
            label={text('schedules.delete')}
            what={text('schedules.deleteWhat')}
            isDangerous
            act={async () => (await ask(DeleteScheduleDocument, { input })).deleteSchedule}
          />
        </div>
      )}
      <Descriptions size="small" bordered column={1} items={items} />
      {param !== null && <Json value={param} label={text('task.param')} />}
      {state === 'RUNNING' && <RulePreview rule={rule} timeZone={timeZone} />}
      <Card size="small" title={text('schedules.fires')}>
        <ul className="plain">
          {fires.nodes.map(({ instant, outcome, reason, task }) => (
            <li key={instant}>
              <State state={outcome} />
              <When at={instant} isFull />
              {task && <Link to={`/tasks/${task.id}`}>{text(`state.${task.state}` as TextKey)}</Link>}
              <span className="muted">{reason}</span>
            </li>
          ))}
        </ul>
        {fires.nodes.length === 0 && <span className="muted">{text('schedules.noFires')}</span>}
      </Card>
      <Card size="small" title={text('task.events')}>
        <EventTimeline events={history.nodes} />
      </Card>
    </div>
  )
}
