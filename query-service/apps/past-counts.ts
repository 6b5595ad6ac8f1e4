import type { RolloutCounts } from '@elves/core/domain/app/commands.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { AppAgentView } from '@elves/core/read-models/app-agents/app-agent-view.ts'
import { appAgentsReadModel } from '@elves/core/read-models/app-agents/index.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { RequestContext } from '../graphql/context.ts'
import { momentReached } from '../graphql/past-moment.ts'
import { pastPage } from '../read-side/past-page.ts'
import { pastAgentsOfApp } from './past-app.ts'

/** Each agent that has changed since is folded from its own events. */
const mostCounted = 1_000

/** How far the agents were that a rollout had reached at an instant. Throws QUERY_TOO_COMPLEX where the app has too many agents. */
export async function rolloutCountsAsOf(
  context: RequestContext,
  rollout: { readonly id: string; readonly app: string },
  asOf: number,
): Promise<RolloutCounts> {
  const { readModels } = context.services
  const moment = await momentReached(context, asOf, ['app-agents'])
  if (moment === null) return readModels.of(appAgentsReadModel).countsOfRollout(rollout.id)
  const list = pastAgentsOfApp(readModels, rollout.app, {}, moment)
  const counts = { installed: 0, failed: 0, waiting: 0 }
  let after: string | null = null
  for (let counted = 0; ; ) {
    const page: Page<AppAgentView> = await pastPage(list, { first: 500, after })
    counted += page.edges.length
    for (const { node } of page.edges) {
      if (node.rolloutId !== rollout.id) continue
      if (node.state === 'INSTALLED') counts.installed++
      if (node.state === 'FAILED') counts.failed++
      if (node.state === 'PENDING') counts.waiting++
    }
    if (!page.hasNextPage) return counts
    if (counted >= mostCounted) {
      throw new ElvesError('QUERY_TOO_COMPLEX', `the counts of a rollout of the past are told of at most ${mostCounted} agents`)
    }
    after = page.endCursor
  }
}
