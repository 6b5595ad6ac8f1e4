import { Button, Checkbox, Select } from 'antd'
import { useEffect } from 'react'
import { Link } from 'react-router'
import { LiveTable } from '../../parts/live-table.tsx'
import { Offered } from '../../parts/offered.tsx'
import { Page } from '../../parts/page.tsx'
import { SavedFilters } from '../../parts/saved-filters.tsx'
import { taskStates } from '../../parts/task-states.ts'
import { type TextKey, useText } from '../../words/use-text.ts'
import { type FilterName, filterNames, useFilterInAddress } from './filter-in-address.ts'
import { RunFirst } from './run-first.tsx'
import { taskColumns } from './task-columns.tsx'
import { useTaskList } from './task-list.ts'

const kinds = ['INSTANT', 'QUEUE', 'SCHEDULE', 'AGENT_CRON'] as const

/** A task becomes late without an event. */
const lateEveryMs = 10_000

export function Tasks() {
  const text = useText()
  const { filter, values, set, clear } = useFilterInAddress()
  const list = useTaskList(filter)
  const isLate = filter.isLate === true
  const { reload } = list
  useEffect(() => {
    if (!isLate) return
    const timer = setInterval(reload, lateEveryMs)
    return () => clearInterval(timer)
  }, [isLate, reload])
  const isFiltered = filterNames.some((name) => values(name).length > 0)
  const select = (name: FilterName, label: TextKey, options?: { readonly value: string; readonly label: string }[]) => (
    <Select
      mode={options ? 'multiple' : 'tags'}
      aria-label={text(label)}
      placeholder={text(label)}
      allowClear
      style={{ minWidth: 180 }}
      value={values(name)}
      onChange={(given) => set(name, given)}
      {...(options ? { options } : { open: false, suffixIcon: null })}
    />
  )
  const run = (
    <Offered needs="RUN">
      <Link to="/run">
        <Button type="primary" tabIndex={-1}>
          {text('nav.run')}
        </Button>
      </Link>
    </Offered>
  )
  return (
    <Page name="tasks" title={text('nav.tasks')} extra={run}>
      <search className="filters">
        {select(
          'state',
          'task.state',
          taskStates.map((value) => ({ value, label: text(`state.${value}` as TextKey) })),
        )}
        {select(
          'kind',
          'task.kind',
          kinds.map((value) => ({ value, label: text(`kind.${value}` as TextKey) })),
        )}
        {select('app', 'task.app')}
        {select('agent', 'task.agent')}
        <Checkbox checked={isLate} onChange={({ target }) => set('late', target.checked ? ['true'] : [])}>
          {text('tasks.late')}
        </Checkbox>
        <SavedFilters />
        {isFiltered && <Button onClick={clear}>{text('tasks.clear')}</Button>}
      </search>
      <LiveTable list={list} columns={taskColumns(text)} label={text('nav.tasks')} empty={isFiltered ? text('tasks.none') : <RunFirst to="/run" />} />
    </Page>
  )
}
