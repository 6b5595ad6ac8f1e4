/** Where the next page begins; null where there is none. */
export function endOf({ hasNextPage, endCursor }: { readonly hasNextPage: boolean; readonly endCursor?: string | null }): string | null {
  return hasNextPage ? (endCursor ?? null) : null
}
