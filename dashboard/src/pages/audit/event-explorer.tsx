import { Button, DatePicker, Drawer, Input, Select, type TableColumnsType } from 'antd'
import { Link } from 'react-router'
import { type EventFilter, EventListDocument, type EventRowFragment, EventsAppendedDocument } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { endOf } from '../../graphql/page-end.ts'
import { useLiveList } from '../../graphql/use-live-list.ts'
import { LiveTable } from '../../parts/live-table.tsx'
import { Page } from '../../parts/page.tsx'
import { SavedFilters } from '../../parts/saved-filters.tsx'
import { type Address, useAddress } from '../../parts/use-address.ts'
import { When } from '../../parts/when.tsx'
import { actorText } from '../../words/actor-text.ts'
import { type Text, type TextKey, useText } from '../../words/use-text.ts'
import { Correlation } from './correlation.tsx'
import { EventDetail } from './event-detail.tsx'
import { LogSign } from './log-sign.tsx'
import { ViewChoice } from './view-choice.tsx'

const lists = { type: 'types', stream: 'streams', actor: 'actors', agent: 'agents', app: 'apps' } as const
type ListName = keyof typeof lists

/** Everything that happened, newest first: each value leads to all that is about it. */
export function EventExplorer() {
  const text = useText()
  const { search, values, change } = useAddress()
  const [from, to, correlation, wanted] = [search.get('from'), search.get('to'), search.get('correlation'), search.get('text')]
  const filter: EventFilter = {
    ...Object.fromEntries((Object.keys(lists) as ListName[]).filter((name) => values(name).length > 0).map((name) => [lists[name], values(name)])),
    ...(from !== null && { from }),
    ...(to !== null && { to }),
    ...(correlation !== null && { correlationId: correlation }),
    ...(wanted !== null && { text: wanted }),
  }
  const list = useLiveList({
    key: JSON.stringify(filter),
    page: async (after, signal) => {
      const { events } = await ask(EventListDocument, { filter, first: 100, after }, signal)
      return { nodes: events.nodes, endCursor: endOf(events.pageInfo) }
    },
    document: EventsAppendedDocument,
    variables: (after) => ({ filter, after }),
    change: ({ eventAppended }) => ({ node: eventAppended, position: eventAppended.position }),
    matches: () => true,
    isNew: () => true,
  })
  const open = search.get('event') ?? search.get('position')
  const shown = open === null ? null : (list.rows.find(({ id, position }) => id === open || position === open) ?? null)
  const close = () => change({ event: null, position: null })
  return (
    <Page
      name="audit"
      title={text('nav.audit')}
      sign={<ViewChoice view="events" />}
      extra={<a href={exportAddress(from, to)}>{text('audit.export')}</a>}
    >
      <search className="filters">
        {(Object.keys(lists) as ListName[]).map((name) => (
          <Select
            key={name}
            mode="tags"
            open={false}
            suffixIcon={null}
            allowClear
            aria-label={text(`audit.${name}` as TextKey)}
            placeholder={text(`audit.${name}` as TextKey)}
            style={{ minWidth: 150 }}
            value={values(name)}
            onChange={(given) => change({ [name]: given })}
          />
        ))}
        <Input.Search
          key={wanted}
          allowClear
          aria-label={text('audit.text')}
          placeholder={text('audit.text')}
          style={{ width: 200 }}
          defaultValue={wanted ?? ''}
          onSearch={(given) => change({ text: given.trim() })}
        />
        <DatePicker.RangePicker
          showTime
          aria-label={text('audit.when')}
          onChange={(range) => change({ from: range?.[0]?.toISOString() ?? null, to: range?.[1]?.toISOString() ?? null })}
        />
        <SavedFilters />
        {correlation !== null && (
          <Button onClick={() => change({ correlation: null })}>{`${text('audit.correlation')} ${correlation.slice(0, 8)} ×`}</Button>
        )}
      </search>
      {correlation !== null && <Correlation id={correlation} />}
      <LogSign />
      <LiveTable
        list={list}
        columns={columns(text, change, (id) => `/audit?${withEvent(search, id)}`)}
        label={text('nav.audit')}
        empty={text('audit.none')}
      />
      <Drawer open={open !== null} size={640} title={text('audit.event')} onClose={close} destroyOnHidden>
        {open !== null && <EventDetail id={shown?.id ?? open} event={shown} />}
      </Drawer>
    </Page>
  )
}

function exportAddress(from: string | null, to: string | null): string {
  const query = new URLSearchParams({ format: 'ndjson', ...(from !== null && { from }), ...(to !== null && { to }) })
  return `/audit/export?${query}`
}

function withEvent(search: URLSearchParams, id: string): URLSearchParams {
  const next = new URLSearchParams(search)
  next.set('event', id)
  return next
}

function columns(text: Text, change: Address['change'], opened: (id: string) => string): TableColumnsType<EventRowFragment> {
  const all = (name: string, value: string, shown: string = value) => (
    <Button type="link" size="small" style={{ padding: 0 }} title={text('audit.allAbout')} onClick={() => change({ [name]: value })}>
      {shown}
    </Button>
  )
  return [
    { title: text('audit.when'), key: 'at', width: 190, render: (_, { recordedAt }) => <When at={recordedAt} isFull /> },
    { title: text('audit.type'), key: 'type', width: 190, render: (_, { type }) => all('type', type) },
    { title: text('audit.stream'), key: 'stream', width: 230, ellipsis: true, render: (_, { stream }) => all('stream', stream) },
    {
      title: text('audit.actor'),
      key: 'actor',
      width: 190,
      ellipsis: true,
      render: (_, { actor }) =>
        all('actor', actor.id, actorText(text, { ...actor, name: actor.name === 'erased' ? actor.name : (actor.name ?? actor.id).slice(0, 12) })),
    },
    {
      title: text('task.correlation'),
      key: 'correlation',
      width: 110,
      render: (_, { correlationId }) => all('correlation', correlationId, correlationId.slice(0, 8)),
    },
    { title: '', key: 'open', width: 90, render: (_, { id }) => <Link to={opened(id)}>{text('audit.open')}</Link> },
  ]
}
