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

const query = `query ($after: String, $notBefore: Position) { events(order: OLDEST_FIRST, first: 500, after: $after, notBefore: $notBefore) {
  nodes { id position stream version type recordedAt data } pageInfo { hasNextPage endCursor } } }`

/** Reads the whole audit log over GraphQL, oldest first. */
export async function allEvents(platform: TestPlatform, { notBefore = null }: { notBefore?: string | null } = {}): Promise<readonly EventShown[]> {
  const events: EventShown[] = []
  let after: string | null = null
  do {
    const page: Page = (await platform.graphql<{ events: Page }>(query, { after, notBefore })).events
    events.push(...page.nodes)
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
  } while (after !== null)
  return events
}
