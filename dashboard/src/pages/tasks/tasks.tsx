import { Button, Select } from 'antd'
import { Link } from 'react-router'
import { LiveTable } from '../../parts/live-table.tsx'
import { Page } from '../../parts/page.tsx'
import { SavedFilters } from '../../parts/saved-filters.tsx'
import { taskStates } from '../../parts/state.tsx'
import { type TextKey, useText } from '../../words/use-text.ts'
import { type FilterName, filterNames, useFilterInAddress } from './filter-in-address.ts'
import { taskColumns } from './task-columns.tsx'
import { useTaskList } from './task-list.ts'

const kinds = ['INSTANT', 'QUEUE', 'SCHEDULE', 'AGENT_CRON'] as const

export function Tasks() {
  const text = useText()
  const { filter, values, set, clear } = useFilterInAddress()
  const list = useTaskList(filter)
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
    <Link to="/run">
      <Button type="primary" tabIndex={-1}>
        {text('nav.run')}
      </Button>
    </Link>
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
        <SavedFilters />
        {isFiltered && <Button onClick={clear}>{text('tasks.clear')}</Button>}
      </search>
      <LiveTable
        list={list}
        columns={taskColumns(text)}
        label={text('nav.tasks')}
        empty={isFiltered ? text('tasks.none') : <Link to="/run">{text('tasks.first')}</Link>}
      />
    </Page>
  )
}
