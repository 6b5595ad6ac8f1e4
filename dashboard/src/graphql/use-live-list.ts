import { useCallback, useEffect, useRef, useState } from 'react'
import { HeadDocument, type TypedDocumentString } from '../../generated/operations.ts'
import { AskError, ask } from './ask.ts'
import { byFrame } from './by-frame.ts'
import { follow } from './follow.ts'
import { mostNewRows, mostRows, type Row, withChanges, withPage } from './rows.ts'

export interface ListPage<Node> {
  readonly nodes: readonly Node[]
  readonly endCursor: string | null
}

export interface LiveListOptions<Node extends Row, Data, Variables> {
  /** Names what is listed: another key is another list. */
  readonly key: string
  readonly page: (after: string | null, signal: AbortSignal) => Promise<ListPage<Node>>
  readonly document: TypedDocumentString<Data, Variables>
  readonly variables: (after: string) => Variables
  readonly change: (data: Data) => { readonly node: Node; readonly position: string }
  readonly matches: (node: Node) => boolean
  /** Whether a row that the list does not have belongs to its beginning. `newest` is the first row of the page that was read. */
  readonly isNew: (node: Node, newest: Node | undefined) => boolean
}

export interface LiveList<Node> {
  /** The key of what the rows are of: that of the list before, until the first page of this one has come. */
  readonly of: string | null
  readonly rows: readonly Node[]
  readonly isLoading: boolean
  readonly hasMore: boolean
  /** Older rows were left out, because so many new ones came: the list shows the newest. */
  readonly isCut: boolean
  readonly error: AskError | null
  readonly more: () => void
  readonly reload: () => void
}

interface Shown<Node> {
  readonly of: string | null
  readonly rows: readonly Node[]
  readonly endCursor: string | null
  /** So many rows it keeps. */
  readonly most: number
  readonly isCut: boolean
  readonly isLoading: boolean
  readonly error: AskError | null
}

const nothing = { of: null, rows: [], endCursor: null, most: mostNewRows, isCut: false, isLoading: true, error: null } as const

/** A list that is read in pages and kept true by a subscription from the position that its first page has: without a gap, nothing twice. */
export function useLiveList<Node extends Row, Data, Variables extends Record<string, unknown>>(
  options: LiveListOptions<Node, Data, Variables>,
): LiveList<Node> {
  const latest = useRef(options)
  latest.current = options
  const [shown, setShown] = useState<Shown<Node>>(nothing)
  const [round, setRound] = useState(0)
  const reload = useCallback(() => setRound((before) => before + 1), [])
  const { key } = options

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key and the round say when it is another list
  useEffect(() => {
    const aborted = new AbortController()
    let stop = () => {}
    setShown((before) => ({ ...before, isLoading: true, error: null }))
    const fail = (thrown: unknown) => {
      if (!aborted.signal.aborted) setShown((before) => ({ ...before, isLoading: false, error: asAskError(thrown) }))
    }
    const { page, document, variables, change, matches, isNew } = latest.current
    const begin = async () => {
      // Before the page: asked together, a change between the two would be in neither.
      const { viewer } = await ask(HeadDocument, {}, aborted.signal)
      if (!viewer) throw new AskError('UNAUTHENTICATED', 'nobody has signed in')
      let position = viewer.readPosition
      const first = await page(null, aborted.signal)
      if (aborted.signal.aborted) return
      setShown({ ...nothing, of: key, rows: first.nodes, endCursor: first.endCursor, isLoading: false })
      const frames = byFrame<Node>((changes) => {
        setShown((before) => trimmed({ ...before, rows: withChanges(before.rows, changes, matches, (row) => isNew(row, first.nodes[0])) }))
      })
      const end = follow({
        document,
        variables: () => variables(position),
        onItem: (data) => {
          const item = change(data)
          position = item.position
          frames.add(item.node)
        },
        // The log is another one (the platform was restored): the list is read again.
        onEnd: (error) => (error?.code === 'POSITION_UNKNOWN' ? reload() : error && fail(error)),
      })
      stop = () => {
        end()
        frames.stop()
      }
    }
    begin().catch(fail)
    return () => {
      aborted.abort()
      stop()
    }
  }, [key, round])

  const loading = useRef(false)
  const more = useCallback(() => {
    if (loading.current || shown.endCursor === null) return
    loading.current = true
    latest.current
      .page(shown.endCursor, new AbortController().signal)
      .then(({ nodes, endCursor }) =>
        setShown((before) => {
          const rows = withPage(before.rows, nodes)
          return { ...before, rows, endCursor, most: Math.min(mostRows, Math.max(before.most, rows.length + mostNewRows)) }
        }),
      )
      .catch((thrown: unknown) => setShown((before) => ({ ...before, error: asAskError(thrown) })))
      .finally(() => {
        loading.current = false
      })
  }, [shown.endCursor])

  const { of, rows, isLoading, isCut, error } = shown
  return { of, rows, isLoading, isCut, hasMore: shown.endCursor !== null, error, more, reload }
}

/** Without the cursor: the next page would begin below a gap. */
function trimmed<Node>(shown: Shown<Node>): Shown<Node> {
  return shown.rows.length <= shown.most ? shown : { ...shown, rows: shown.rows.slice(0, shown.most), endCursor: null, isCut: true }
}

export function asAskError(thrown: unknown): AskError {
  return thrown instanceof AskError ? thrown : new AskError('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown))
}
