import { type Position, parsePosition } from '@elves/core/eventing/position.ts'
import type { Page, PageRequest } from '@elves/core/read-models/paging/page.ts'
import type { PastMoment } from '@elves/core/read-models/paging/past.ts'
import { eachOf } from './each-of.ts'

/** A list of things as they were. */
export interface PastList<View extends { readonly id: string }> {
  readonly moment: PastMoment
  /** Reads the things that may have been in the list then, as they are now; see `readListed`. */
  read(request: PageRequest): Promise<Page<View>>
  /** The position that last changed a thing. */
  changedAt(view: View): Position
  /** Returns the thing as it was; null where it was not there yet. */
  asItWas(view: View): Promise<View | null>
  matches(view: View): boolean
}

/** Most pages of the table that one page of the past is made of, where the fold leaves most of their rows out. */
const mostReads = 10

/**
 * Reads a page of things as they were. What has not changed since is the row of now; the rest is folded. The page may be short, even
 * empty, with more behind it: what it looks at is bounded.
 */
export async function pastPage<View extends { readonly id: string }>(list: PastList<View>, request: PageRequest): Promise<Page<View>> {
  const edges: { cursor: string; node: View }[] = []
  let [bytes, after] = [0, request.after]
  const unreadable: Page<View>['unreadable'][number][] = []
  for (let reads = 1; ; reads++) {
    const room = request.maxBytes === undefined ? {} : { maxBytes: Math.max(1, request.maxBytes - bytes) }
    const page = await list.read({ first: request.first, after, ...room })
    bytes += page.bytes
    unreadable.push(...page.unreadable)
    const were = await eachOf(page.edges, async ({ cursor, node }) => ({ cursor, node: await asItWas(list, node) }))
    for (const { cursor, node } of were) {
      if (edges.length === request.first) return { edges, endCursor: edges.at(-1)?.cursor ?? null, hasNextPage: true, unreadable, bytes }
      if (node && list.matches(node)) edges.push({ cursor, node })
    }
    after = page.endCursor
    const isOver = !page.hasNextPage || after === null
    // A page of the table that is short has looked at as many rows as one may.
    const isShort = page.edges.length + page.unreadable.length < request.first
    const isFull = isShort || edges.length === request.first || reads === mostReads || bytes >= (request.maxBytes ?? Number.POSITIVE_INFINITY)
    if (isOver || isFull) return { edges, endCursor: after, hasNextPage: page.hasNextPage, unreadable, bytes }
  }
}

function asItWas<View extends { readonly id: string }>(list: PastList<View>, view: View): Promise<View | null> | View {
  return parsePosition(list.changedAt(view)).sequence < list.moment.sureEnd ? view : list.asItWas(view)
}
