import { banApp } from '@elves/core/command-api/ban-app.ts'
import { bindApp } from '@elves/core/command-api/bind-app.ts'
import type { AnyCommand, CommandAnswer } from '@elves/core/command-api/command.ts'
import { createApp } from '@elves/core/command-api/create-app.ts'
import { pauseRollout } from '@elves/core/command-api/pause-rollout.ts'
import { releaseAppVersion } from '@elves/core/command-api/release-app-version.ts'
import { resumeRollout } from '@elves/core/command-api/resume-rollout.ts'
import { rollBackRollout } from '@elves/core/command-api/roll-back-rollout.ts'
import { unbanApp } from '@elves/core/command-api/unban-app.ts'
import { unbindApp } from '@elves/core/command-api/unbind-app.ts'
import { updateApp } from '@elves/core/command-api/update-app.ts'
import { uploadAppVersion } from '@elves/core/command-api/upload-app-version.ts'
import { withdrawAppVersion } from '@elves/core/command-api/withdraw-app-version.ts'
import { appAggregate } from '@elves/core/domain/app/app.ts'
import { parseSelector } from '@elves/core/domain/selectors/selector.ts'
import { agentsReadModel } from '@elves/core/read-models/agents/index.ts'
import { type AppView, evolveAppView } from '@elves/core/read-models/apps/app-view.ts'
import type { RolloutView } from '@elves/core/read-models/apps/rollout-view.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { MutationResolvers } from '../generated/graphql.ts'
import { rolloutAfter } from './changes.ts'

type Answer = CommandAnswer<'app'>

export const appMutations = {
  createApp: async (_root, { input }, { caller, services }) => appPayload(await services.commands.call(createApp, caller, input)),
  updateApp: async (_root, { input }, { caller, services }) => appPayload(await services.commands.call(updateApp, caller, input)),
  banApp: async (_root, { input }, { caller, services }) => appPayload(await services.commands.call(banApp, caller, input)),
  unbanApp: async (_root, { input }, { caller, services }) => appPayload(await services.commands.call(unbanApp, caller, input)),
  releaseAppVersion: async (_root, { input }, { caller, services }) => {
    const answer = await services.commands.call(releaseAppVersion, caller, input)
    const begun = answer.events.flatMap(({ event }) => (event.type === 'AppVersionReleased' ? [event.data] : []))
    const last = begun.findLast(({ version }) => version === input.version)
    const payload = appPayload(answer)
    const bound = answer.refusal ? null : await boundTo(payload.app, services.readModels)
    return {
      ...payload,
      rollout: last ? rolloutIn(answer, last.rolloutId) : null,
      selected: bound?.selected ?? null,
      leftOut: bound?.leftOut ?? null,
    }
  },
  withdrawAppVersion: async (_root, { input }, { caller, services }) => appPayload(await services.commands.call(withdrawAppVersion, caller, input)),
  bindApp: async (_root, { input }, { caller, services }) => appPayload(await services.commands.call(bindApp, caller, input)),
  unbindApp: async (_root, { input }, { caller, services }) => appPayload(await services.commands.call(unbindApp, caller, input)),
  pauseRollout: async (_root, { input }, { caller, services }) => rolloutPayload(await services.commands.call(pauseRollout, caller, input), input),
  resumeRollout: async (_root, { input }, { caller, services }) => rolloutPayload(await services.commands.call(resumeRollout, caller, input), input),
  rollBackRollout: async (_root, { input }, { caller, services }) =>
    rolloutPayload(await services.commands.call(rollBackRollout, caller, input), input),
} satisfies MutationResolvers

/** `uploadAppVersion` is asked for by `PUT`, because a package is no JSON. */
export const commandsOfApps: readonly AnyCommand[] = [
  createApp,
  updateApp,
  banApp,
  unbanApp,
  uploadAppVersion,
  releaseAppVersion,
  withdrawAppVersion,
  bindApp,
  unbindApp,
  pauseRollout,
  resumeRollout,
  rollBackRollout,
]

/** The app as the events of the answer tell it: the read model may not have them yet. */
function appPayload({ events, position, refusal }: Answer) {
  let app: AppView | null = null
  for (const event of events) if (appAggregate.isEvent(event)) app = evolveAppView(app, event)
  return { app, position, refusal }
}

/** To which agents an app is bound, and which of them get nothing. */
async function boundTo(app: AppView | null, readModels: ReadModels) {
  const selectors = (app?.bindings ?? []).map(({ selector }) => parseSelector(selector))
  const { selected, revoked } = await readModels.of(agentsReadModel).bound(selectors, null)
  return { selected, leftOut: revoked.map((id) => ({ agent: id, code: 'AGENT_REVOKED', message: `agent ${id} was revoked` })) }
}

function rolloutPayload(answer: Answer, { rollout: id }: { readonly rollout: string }) {
  return { rollout: rolloutIn(answer, id), position: answer.position, refusal: answer.refusal }
}

function rolloutIn({ events }: Answer, id: string): RolloutView | null {
  let rollout: RolloutView | null = null
  for (const event of events) rollout = rolloutAfter(rollout, id, event)
  return rollout
}
