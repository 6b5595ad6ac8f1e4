import { ElvesError } from '@elves/core/foundation/errors.ts'
import { checkPage, type Page, type PageRequest } from '@elves/core/read-models/paging/page.ts'
import { jsonBytes } from '../read-side/sizes.ts'

/** Returns a page of things in memory, of which the newest is the last. Throws PAGE_TOO_LARGE, CURSOR_INVALID. */
export function newestFirst<Item extends { readonly id: string }>(items: Iterable<Item>, page: PageRequest): Page<Item> {
  checkPage(page)
  const all = [...items].reverse()
  const from = page.after === null ? 0 : placeAfter(all, page.after)
  const nodes = all.slice(from, from + page.first)
  const edges = nodes.map((node) => ({ cursor: Buffer.from(node.id).toString('base64url'), node }))
  const bytes = nodes.reduce((sum, node) => sum + jsonBytes(node), 0)
  return { edges, endCursor: edges.at(-1)?.cursor ?? null, hasNextPage: from + edges.length < all.length, unreadable: [], bytes }
}

function placeAfter(all: readonly { readonly id: string }[], cursor: string): number {
  const id = Buffer.from(cursor, 'base64url').toString()
  const place = all.findIndex((item) => item.id === id)
  if (place < 0) throw new ElvesError('CURSOR_INVALID', 'no page of this list gave this cursor')
  return place + 1
}
