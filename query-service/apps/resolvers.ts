import { functionsOf } from '@elves/core/app-package/manifest.ts'
import { appStream } from '@elves/core/domain/app/app.ts'
import { appAgentsReadModel } from '@elves/core/read-models/app-agents/index.ts'
import { type AppVersionView, appVersionId } from '@elves/core/read-models/apps/app-version-view.ts'
import { appsReadModel } from '@elves/core/read-models/apps/index.ts'
import { agentById } from '../agents/agent-by-id.ts'
import type { AppOnAgentResolvers, AppResolvers, AppVersionResolvers, RolloutResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import type { RequestContext } from '../graphql/context.ts'
import { listAsOf } from '../graphql/list-as-of.ts'
import { historyUpTo } from '../tasks/history.ts'
import type { AppParent } from './parents.ts'
import { appVersionAsOf, pastAgentsOfApp, pastAppVersions, rolloutAsOf } from './past-app.ts'
import { rolloutCountsAsOf } from './past-counts.ts'

export const appResolvers = {
  name: ({ id }) => id,
  position: ({ changedAt }) => changedAt,
  versions: async ({ id, changedAt, asOf }, args, context, info) => {
    const { readModels, readPosition } = context.services
    await readPosition.reached(changedAt, ['apps'])
    return listAsOf(
      context,
      info,
      { ...args, asOf },
      {
        name: 'apps',
        now: (request) => readModels.of(appsReadModel).versions(id, request),
        past: (moment) => pastAppVersions(readModels, id, moment),
      },
    )
  },
  released: (app, _args, context) => releasedVersion(context, app),
  rollout: async ({ rolloutId, changedAt, asOf }, _args, context) => {
    if (rolloutId === null) return null
    const { readModels, readPosition } = context.services
    if (asOf === undefined) {
      await readPosition.reached(changedAt, ['apps'])
      return readModels.of(appsReadModel).rollout(rolloutId)
    }
    const found = await rolloutAsOf(readModels, rolloutId, asOf)
    return found && { ...found, asOf }
  },
  functions: async (app, _args, context) => {
    const version = await releasedVersion(context, app)
    return version === null ? [] : functionsOf(version.manifest)
  },
  bindings: ({ bindings }) => bindings.map(({ selector: agents, boundAt }) => ({ agents, boundAt })),
  agents: async ({ id, asOf }, { states, ...args }, context, info) => {
    await context.settled(['app-agents'])
    const { readModels } = context.services
    const filter = filterOf({ states })
    return listAsOf(
      context,
      info,
      { ...args, asOf },
      {
        name: 'app-agents',
        now: (request) => readModels.of(appAgentsReadModel).ofApp(id, filter, request),
        past: (moment) => pastAgentsOfApp(readModels, id, filter, moment),
      },
    )
  },
  history: async ({ id, version, changedAt }, args, context, info) => {
    const { readPosition, readModels } = context.services
    // Each projector has its own checkpoint, so this waits until the event log has the last event that is shown.
    await readPosition.reached(changedAt, ['event-log'])
    const page = await context.page(info, pageRequest(args, 100), (bounded) => readModels.streamEvents(appStream(id), bounded))
    return historyUpTo(version, page)
  },
} satisfies AppResolvers

/** The version that agents had where no rollout brought another; null: none. */
async function releasedVersion(context: RequestContext, { id: app, releases, changedAt, asOf }: AppParent): Promise<AppVersionView | null> {
  const version = releases.at(-1)
  if (version === undefined) return null
  const { readModels, readPosition } = context.services
  if (asOf === undefined) await readPosition.reached(changedAt, ['apps'])
  const past = asOf === undefined ? null : appVersionAsOf(readModels, app, appVersionId(app, version), asOf)
  const found = await (past ?? readModels.of(appsReadModel).version(app, version))
  if (found) context.takeValue(found)
  return found
}

export const appVersionResolvers = {
  manifest: ({ manifest }) => (manifest === null ? null : (JSON.parse(manifest) as unknown)),
  position: ({ changedAt }) => changedAt,
} satisfies AppVersionResolvers

export const appOnAgentResolvers = {
  agent: async ({ agentId }, _args, context) => {
    const found = await agentById(context, agentId)
    return found && { view: found, lastSeenAt: found.lastSeenAt }
  },
  position: ({ changedAt }) => changedAt,
} satisfies AppOnAgentResolvers

export const rolloutResolvers = {
  position: ({ changedAt }) => changedAt,
  counts: async ({ id, app, counts, asOf }, _args, context) => {
    if (counts !== null) return counts
    await context.settled(['app-agents'])
    if (asOf !== undefined) return rolloutCountsAsOf(context, { id, app }, asOf)
    return context.services.readModels.of(appAgentsReadModel).countsOfRollout(id)
  },
  history: async ({ id, app, changedAt }, args, context, info) => {
    const { readPosition, readModels } = context.services
    await readPosition.reached(changedAt, ['event-log'])
    const page = await context.page(info, pageRequest(args, 100), (bounded) => readModels.streamEvents(appStream(app), bounded))
    const edges = page.edges.filter(({ node }) => 'rolloutId' in node.event.data && node.event.data.rolloutId === id && node.position <= changedAt)
    return { ...page, edges }
  },
} satisfies RolloutResolvers
