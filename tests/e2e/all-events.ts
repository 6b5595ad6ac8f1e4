import type { TestPlatform } from '../support/platform.ts'

export interface EventShown {
  readonly id: string
  readonly position: string
  readonly stream: string
  readonly version: number
  readonly type: string
  readonly recordedAt: string
  /** Undefined where it was not asked for. */
  readonly data?: unknown
}

interface Page {
  readonly nodes: readonly EventShown[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

const query = `query ($filter: EventFilter, $after: String, $notBefore: Position, $hasData: Boolean!) {
  events(filter: $filter, order: OLDEST_FIRST, first: 500, after: $after, notBefore: $notBefore) {
  nodes { id position stream version type recordedAt data @include(if: $hasData) } pageInfo { hasNextPage endCursor } } }`

interface Wanted {
  readonly notBefore?: string | null
  /** Default: all types. */
  readonly types?: readonly string[]
  /** Default: true. The data of many large events takes long to read. */
  readonly hasData?: boolean
}

/** Reads the whole audit log over GraphQL, oldest first. */
export async function allEvents(
  platform: Pick<TestPlatform, 'graphql'>,
  { notBefore = null, types, hasData = true }: Wanted = {},
): Promise<readonly EventShown[]> {
  const filter = types === undefined ? null : { types }
  const events: EventShown[] = []
  let after: string | null = null
  do {
    const page: Page = (await platform.graphql<{ events: Page }>(query, { filter, after, notBefore, hasData })).events
    events.push(...page.nodes)
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
  } while (after !== null)
  return events
}
