import type { Page, PageRequest } from '@elves/core/read-models/paging/page.ts'
import type { PastMoment } from '@elves/core/read-models/paging/past.ts'
import type { ReadModelName } from '@elves/core/read-models/registry.ts'
import type { GraphQLResolveInfo } from 'graphql'
import { type PastList, pastPage } from '../read-side/past-page.ts'
import { pageRequest } from './arguments.ts'
import { mapPage } from './connections.ts'
import type { RequestContext } from './context.ts'
import { momentReached } from './past-moment.ts'

/** What a list is read from. */
export interface ListSource<View extends { readonly id: string }> {
  /** The read model of its table. */
  readonly name: ReadModelName
  /** Items of a page where the client does not say; default 50. */
  readonly first?: number
  now(request: PageRequest): Promise<Page<View>>
  past(moment: PastMoment): PastList<View> | Promise<PastList<View>>
}

export interface ListArguments {
  readonly first?: number | null
  readonly after?: string | null
  readonly asOf?: number | null | undefined
}

/** Reads a page of a list as it is, or with `asOf` (ms since the epoch) as it was then. */
export async function listAsOf<View extends { readonly id: string }>(
  context: RequestContext,
  info: Pick<GraphQLResolveInfo, 'path'>,
  args: ListArguments,
  source: ListSource<View>,
): Promise<Page<View>> {
  const request = pageRequest(args, source.first ?? 50)
  const moment = typeof args.asOf === 'number' ? await momentReached(context, args.asOf, [source.name]) : null
  if (moment === null) return context.page(info, request, (bounded) => source.now(bounded))
  const list = await source.past(moment)
  return context.page(info, request, (bounded) => pastPage(list, bounded))
}

/** Marks the items of a page as shown as they were at `asOf`. */
export function withAsOf<View>(page: Page<View>, asOf: number | null | undefined): Page<View & { readonly asOf?: number }> {
  return mapPage(page, (view) => ({ ...view, ...(typeof asOf === 'number' && { asOf }) }))
}
