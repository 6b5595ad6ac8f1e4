import { Button, Drawer, Segmented, Select, type TableColumnsType } from 'antd'
import { useState } from 'react'
import {
  ScheduleChangesDocument,
  type ScheduleFilter,
  ScheduleListDocument,
  type ScheduleRowFragment,
  type ScheduleState,
} from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { endOf } from '../../graphql/page-end.ts'
import { useLiveList } from '../../graphql/use-live-list.ts'
import { LiveTable } from '../../parts/live-table.tsx'
import { Offered } from '../../parts/offered.tsx'
import { Page } from '../../parts/page.tsx'
import { SavedFilters } from '../../parts/saved-filters.tsx'
import { State } from '../../parts/state.tsx'
import { useAddress } from '../../parts/use-address.ts'
import { timeText, When } from '../../parts/when.tsx'
import { usePreferences } from '../../words/preferences.ts'
import { type Text, type TextKey, useText } from '../../words/use-text.ts'
import { Calendar } from './calendar.tsx'
import { ScheduleDetail } from './schedule-detail.tsx'
import { ScheduleEditor } from './schedule-editor.tsx'

const states: readonly ScheduleState[] = ['RUNNING', 'PAUSED', 'ENDED']

export function Schedules() {
  const text = useText()
  const { search, values, change } = useAddress()
  const [isNew, setNew] = useState(false)
  const { language } = usePreferences()
  const open = search.get('id')
  const view = search.get('view') === 'calendar' ? 'calendar' : 'list'
  const chosen = values('state') as ScheduleState[]
  const missedSince = search.get('missed')
  const filter: ScheduleFilter = { states: chosen.length > 0 ? chosen : states, ...(missedSince !== null && { missedSince }) }
  const list = useLiveList({
    key: JSON.stringify(filter),
    page: async (after, signal) => {
      const { schedules } = await ask(ScheduleListDocument, { filter, first: 100, after }, signal)
      return { nodes: schedules.nodes, endCursor: endOf(schedules.pageInfo) }
    },
    document: ScheduleChangesDocument,
    variables: (after) => ({ filter, after }),
    change: ({ scheduleChanged: { schedule, position } }) => ({ node: schedule, position }),
    matches: ({ state }) => filter.states?.includes(state) ?? true,
    // What others missed is no change that is followed: those that did are read with the page.
    isNew: ({ createdAt }, newest) => missedSince === null && (chosen.length > 0 || newest === undefined || createdAt >= newest.createdAt),
  })
  const show = (id: string | null) => change({ id })
  const create = (
    <Offered needs="SCHEDULE">
      <Button type="primary" onClick={() => setNew(true)}>
        {text('schedules.new')}
      </Button>
    </Offered>
  )
  const choice = (
    <Segmented<'list' | 'calendar'>
      aria-label={text('audit.view')}
      value={view}
      options={[
        { value: 'list', label: text('calendar.list') },
        { value: 'calendar', label: text('calendar.title') },
      ]}
      onChange={(next) => change({ view: next === 'list' ? null : next })}
    />
  )
  return (
    <Page name="schedules" title={text('nav.schedules')} sign={choice} extra={create}>
      {view === 'list' && (
        <search className="filters">
          <Select
            mode="multiple"
            allowClear
            aria-label={text('task.state')}
            placeholder={text('task.state')}
            style={{ minWidth: 180 }}
            value={chosen}
            options={states.map((value) => ({ value, label: text(`schedule.${value}` as TextKey) }))}
            onChange={(state) => change({ state, id: null })}
          />
          <SavedFilters />
          {missedSince !== null && (
            <Button
              onClick={() => change({ missed: null, id: null })}
            >{`${text('schedules.missedSince', { at: timeText(missedSince, language) })} ×`}</Button>
          )}
        </search>
      )}
      {view === 'calendar' ? (
        <Calendar filter={{ states: ['RUNNING'] }} show={show} />
      ) : (
        <LiveTable list={list} columns={columns(text, show)} label={text('nav.schedules')} empty={text('schedules.first')} />
      )}
      <Drawer open={isNew} size={560} title={text('schedules.new')} onClose={() => setNew(false)} destroyOnHidden>
        <ScheduleEditor
          edited={null}
          after={(id) => {
            setNew(false)
            show(id)
          }}
        />
      </Drawer>
      <Drawer open={open !== null} size={640} title={text('task.schedule')} onClose={() => show(null)} destroyOnHidden>
        {open !== null && <ScheduleDetail id={open} />}
      </Drawer>
    </Page>
  )
}

function columns(text: Text, show: (id: string) => void): TableColumnsType<ScheduleRowFragment> {
  return [
    { title: text('task.state'), key: 'state', width: 100, render: (_, { state }) => <State state={state} of="schedule" /> },
    {
      title: text('queues.name'),
      key: 'name',
      width: 160,
      render: (_, { id, name }) => (
        <Button type="link" size="small" style={{ padding: 0 }} onClick={() => show(id)}>
          {name ?? id}
        </Button>
      ),
    },
    { title: text('task.what'), key: 'what', width: 165, render: (_, { app, func }) => `${app}.${func}` },
    { title: text('task.agent'), key: 'agent', width: 105, render: (_, { agent }) => agent?.name ?? '' },
    { title: text('schedules.rule'), key: 'rule', width: 160, render: (_, { rule }) => <span className="mono">{rule}</span> },
    { title: text('schedules.zone'), key: 'zone', width: 125, render: (_, { timeZone }) => timeZone },
    { title: text('schedules.next'), key: 'next', width: 165, render: (_, { nextFires }) => <When at={nextFires[0]} /> },
    { title: text('schedules.last'), key: 'last', width: 110, render: (_, { lastFire }) => (lastFire ? <State state={lastFire.outcome} /> : '') },
  ]
}
