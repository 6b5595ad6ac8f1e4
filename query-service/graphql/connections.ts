import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Page } from '@elves/core/read-models/paging/page.ts'

/** The fields of every connection, from a page. */
export const connectionResolvers = {
  nodes: <Item>({ edges }: Page<Item>): (Item | Promise<Item>)[] => inGroups(edges, ({ node }) => node),
  edges: <Item>({ edges }: Page<Item>): (Page<Item>['edges'][number] | Promise<Page<Item>['edges'][number]>)[] => inGroups(edges, (edge) => edge),
  pageInfo: ({ endCursor, hasNextPage }: Page<unknown>): { hasNextPage: boolean; endCursor: string | null } => ({ hasNextPage, endCursor }),
}

export function mapPage<From, To>(page: Page<From>, map: (node: From) => To): Page<To> {
  return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: map(node) })) }
}

/** How many items of a list are executed in one turn. */
const groupSize = 20

/** Returns the items of a list so that they are executed in groups, and other work gets its turn between two groups. */
export function inGroups<From, To>(items: readonly From[], map: (item: From) => To): (To | Promise<To>)[] {
  let turn: Promise<void> | null = null
  return items.map((item, index) => {
    if (index > 0 && index % groupSize === 0) turn = turn === null ? othersTurn() : turn.then(() => othersTurn())
    return turn === null ? map(item) : turn.then(() => map(item))
  })
}
