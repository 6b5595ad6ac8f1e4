import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { PageRequest } from '@elves/core/read-models/paging/page.ts'

export const maxPageSize = 500

interface PageArguments {
  readonly first?: number | null
  readonly after?: string | null
}

/** Throws PAGE_TOO_LARGE. A null counts as missing. */
export function pageRequest({ first, after }: PageArguments, defaultSize: number): PageRequest {
  const size = first ?? defaultSize
  if (size < 1 || size > maxPageSize) throw new ElvesError('PAGE_TOO_LARGE', `first must be 1 to ${maxPageSize}`, { facts: { first: size } })
  return { first: size, after: after ?? null }
}

type Present<Filter> = { [Name in keyof Filter]?: NonNullable<Filter[Name]> }

/** Returns the filter for the read models, without the fields that are null. */
export function filterOf<Filter extends object>(filter: Filter | null | undefined): Present<Filter> {
  return Object.fromEntries(Object.entries(filter ?? {}).filter(([, value]) => value !== null && value !== undefined)) as Present<Filter>
}
