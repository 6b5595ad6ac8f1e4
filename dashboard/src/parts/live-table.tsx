import { Empty, type GetRef, Table, type TableColumnsType } from 'antd'
import { type ReactNode, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Row } from '../graphql/rows.ts'
import type { LiveList } from '../graphql/use-live-list.ts'
import { useText } from '../words/use-text.ts'
import { Fault } from './fault.tsx'
import { useRowKeys } from './use-row-keys.ts'

export interface LiveTableProps<Node> {
  readonly list: LiveList<Node>
  readonly columns: TableColumnsType<Node>
  /** What to do first, where there is nothing. */
  readonly empty: ReactNode
  readonly label: string
  /** Pixels; default: down to the bottom of the window. */
  readonly height?: number
}

/** Pixels from the end at which the next page is asked for. */
const nearEnd = 400

/** A list of any length: only the rows in sight are rendered, the next page is read when its end comes near. */
export function LiveTable<Node extends Row>({ list, columns, empty, label, height }: LiveTableProps<Node>) {
  const text = useText()
  const holder = useRef<HTMLDivElement>(null)
  const width = columns.reduce((sum, column) => sum + (typeof column.width === 'number' ? column.width : 120), 0)
  const toBottom = useHeightToBottom(holder)
  const table = useRef<GetRef<typeof Table>>(null)
  const ids = useMemo(() => list.rows.map(({ id }) => id), [list.rows])
  const scrollTo = useCallback((key: string) => table.current?.scrollTo({ key }), [])
  useRowKeys(holder, ids, scrollTo)
  return (
    <section aria-label={label} className="stack">
      <Fault error={list.error} retry={list.reload} />
      <div
        ref={holder}
        data-list={list.of}
        onScrollCapture={({ target }) => {
          const { scrollTop, scrollHeight, clientHeight } = target as HTMLElement
          if (scrollHeight - scrollTop - clientHeight < nearEnd) list.more()
        }}
      >
        <Table<Node>
          ref={table}
          // An empty list has nothing to scroll to: a region that scrolls must have something for the keyboard.
          virtual={list.rows.length > 0}
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={list.rows as Node[]}
          loading={list.isLoading && list.rows.length === 0}
          pagination={false}
          {...(list.rows.length > 0 && { scroll: { x: width, y: height ?? toBottom } })}
          locale={{ emptyText: list.isLoading ? <Empty description={text('list.loading')} /> : <Empty description={empty} /> }}
        />
      </div>
      <div className="muted" role="status">
        {list.isCut ? text('list.cut', { count: list.rows.length }) : text(list.hasMore ? 'list.more' : 'list.all', { count: list.rows.length })}
      </div>
    </section>
  )
}

/** The height that is left below an element: the table scrolls, not the page. */
function useHeightToBottom(element: { readonly current: HTMLElement | null }): number {
  const [height, setHeight] = useState(400)
  useLayoutEffect(() => {
    const measure = () => setHeight(Math.max(240, innerHeight - (element.current?.getBoundingClientRect().top ?? 200) - 110))
    measure()
    addEventListener('resize', measure)
    return () => removeEventListener('resize', measure)
  }, [element])
  return height
}
