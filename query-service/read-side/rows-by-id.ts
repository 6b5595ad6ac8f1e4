import type { Page, PageRequest } from '@elves/core/read-models/paging/page.ts'
import { tooLarge } from '../graphql/limits/answer-budget.ts'

/**
 * Reads the things with these ids by a list of a read model, page by page; those that it does not have are absent. Throws
 * ANSWER_TOO_LARGE beyond the bytes, and ROW_UNREADABLE.
 */
export async function rowsById<View extends { readonly id: string }>(
  list: (filter: { readonly ids: readonly string[] }, page: PageRequest) => Promise<Page<View>>,
  ids: readonly string[],
  maxBytes: number,
): Promise<ReadonlyMap<string, View>> {
  const found = new Map<string, View>()
  let bytes = 0
  for (let after: string | null = null; ; ) {
    const page = await list({ ids }, { first: ids.length, after, maxBytes })
    bytes += page.bytes
    if (bytes > maxBytes) throw tooLarge()
    const [unreadable] = page.unreadable
    if (unreadable) throw unreadable
    for (const { node } of page.edges) found.set(node.id, node)
    if (!page.hasNextPage || page.endCursor === null) return found
    after = page.endCursor
  }
}
