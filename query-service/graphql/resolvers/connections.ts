import type { Page } from '@elves/core/read-models/read-models.ts'

/** The fields of every connection, from a page. */
export const connectionResolvers = {
  nodes: <Item>({ edges }: Page<Item>): Item[] => edges.map(({ node }) => node),
  edges: <Item>({ edges }: Page<Item>): Page<Item>['edges'] => edges,
  pageInfo: ({ edges, hasNextPage }: Page<unknown>): { hasNextPage: boolean; endCursor: string | null } => ({
    hasNextPage,
    endCursor: edges.at(-1)?.cursor ?? null,
  }),
}

export function mapPage<From, To>(page: Page<From>, map: (node: From) => To): Page<To> {
  return { edges: page.edges.map(({ cursor, node }) => ({ cursor, node: map(node) })), hasNextPage: page.hasNextPage }
}
