import type { TestPlatform } from '../support/platform.ts'

export interface EventShown {
  readonly id: string
  readonly position: string
  readonly stream: string
  readonly version: number
  readonly type: string
  readonly recordedAt: string
  readonly data: unknown
}

interface Page {
  readonly nodes: readonly EventShown[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

const query = `query ($filter: EventFilter, $after: String, $notBefore: Position) {
  events(filter: $filter, order: OLDEST_FIRST, first: 500, after: $after, notBefore: $notBefore) {
  nodes { id position stream version type recordedAt data } pageInfo { hasNextPage endCursor } } }`

interface Wanted {
  readonly notBefore?: string | null
  /** Default: all types. */
  readonly types?: readonly string[]
}

/** Reads the whole audit log over GraphQL, oldest first. */
export async function allEvents(platform: TestPlatform, { notBefore = null, types }: Wanted = {}): Promise<readonly EventShown[]> {
  const filter = types === undefined ? null : { types }
  const events: EventShown[] = []
  let after: string | null = null
  do {
    const page: Page = (await platform.graphql<{ events: Page }>(query, { filter, after, notBefore })).events
    events.push(...page.nodes)
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
  } while (after !== null)
  return events
}
