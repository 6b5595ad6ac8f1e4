import { appNamePattern, appVersionPattern } from '@elves/schemas/link/protocol.ts'
import { ElvesError } from '../../foundation/errors.ts'
import { aggregate } from '../aggregate.ts'
import { type Decision, type Rejection, rejection } from '../decision.ts'
import { parseSelector } from '../selectors/selector.ts'
import { taskLimits } from '../task/limits.ts'
import { checkReason, checkText } from '../task/request.ts'
import type { AppCommand, BindApp, CreateApp, UpdateApp, UploadVersion, WithdrawVersion } from './commands.ts'
import { decideAdvance, decideRelease, decideSteering, rolledBack } from './rollout.ts'
import { type AppEvent, type AppState, evolveApp, initialAppState, knownVersion } from './state.ts'

const appLimits = { displayNameLength: 128, descriptionLength: 4_096, versions: 10_000, bindings: 100 } as const

/** Apps, their versions, their bindings and their rollouts: in one stream, so that a ban and a release can't pass each other. */
export const appAggregate = aggregate({
  name: 'app',
  prefix: 'app-',
  decider: { initialState: initialAppState, decide, evolve: evolveApp },
  stateBytes: ({ versions, bindings }) =>
    Object.values(versions).reduce((sum, { manifest }) => sum + 300 + (manifest?.length ?? 0), 0) +
    bindings.reduce((sum, text) => sum + 50 + text.length, 500),
})
export const appStream = appAggregate.streamOf

/** Returns true if an app can have this name. */
export function isAppName(name: string): boolean {
  return name.length <= taskLimits.appLength && appNamePattern.test(name)
}

function decide(command: AppCommand, state: AppState): Decision<AppEvent> {
  if (command.type === 'CreateApp') return create(command, state)
  if (state.phase === 'NONE') return unknownApp(command.app)
  switch (command.type) {
    case 'UpdateApp':
      return update(command, state)
    case 'BanApp':
      return ban(command.app, command.reason, state)
    case 'UnbanApp':
      return state.phase === 'BANNED' ? [{ type: 'AppUnbanned', data: { app: command.app } }] : []
    case 'UploadVersion':
      return upload(command, state)
    case 'WithdrawVersion':
      return withdraw(command, state)
    case 'BindApp':
      return bind(command, state)
    case 'UnbindApp': {
      const { app, selector } = command
      if (!state.bindings.includes(selector)) return rejection('BINDING_UNKNOWN', 'the app has no binding with this selector', 'agents')
      return [{ type: 'AppUnbound', data: { app, selector } }]
    }
    case 'ReleaseVersion':
      return state.phase === 'BANNED' ? appBanned(command.app) : decideRelease(command, state)
    case 'PauseRollout':
    case 'ResumeRollout':
    case 'RollBackRollout':
      return decideSteering(command, state)
    case 'AdvanceRollout':
      return decideAdvance(command, state)
  }
}

export function unknownApp(app: string): Rejection {
  return rejection('APP_UNKNOWN', `no app ${app} was created`, 'app')
}

export function appBanned(app: string): Rejection {
  return rejection('APP_BANNED', `the app ${app} is banned`, 'app')
}

function create({ app, displayName, description }: CreateApp, state: AppState): Decision<AppEvent> {
  if (!isAppName(app)) {
    return rejection('APP_INVALID', `name must have 1 to ${taskLimits.appLength} characters: letters, digits, _ . and -, the first no . or -`, 'name')
  }
  if (state.phase !== 'NONE') {
    const isSame = state.displayName === displayName && state.description === description
    return isSame ? [] : rejection('APP_EXISTS', `there is an app ${app} already; updateApp changes what people read of it`, 'name')
  }
  return checkWords(displayName, description) ?? [{ type: 'AppCreated', data: { app, displayName, description } }]
}

function update({ app, ...given }: UpdateApp, state: AppState): Decision<AppEvent> {
  const displayName = given.displayName ?? state.displayName
  const description = given.description ?? state.description
  if (displayName === state.displayName && description === state.description) return []
  return checkWords(displayName, description) ?? [{ type: 'AppChanged', data: { app, displayName, description } }]
}

function checkWords(displayName: string, description: string): Rejection | null {
  const { displayNameLength, descriptionLength } = appLimits
  if (displayName.length > displayNameLength)
    return rejection('APP_INVALID', `displayName has at most ${displayNameLength} characters`, 'displayName')
  if (description.length > descriptionLength)
    return rejection('APP_INVALID', `description has at most ${descriptionLength} characters`, 'description')
  return checkText('displayName', displayName) ?? checkText('description', description)
}

function ban(app: string, reason: string | null, { phase, rollout }: AppState): Decision<AppEvent> {
  if (phase === 'BANNED') return []
  const invalid = checkText('reason', reason) ?? checkReason(reason)
  if (invalid) return invalid
  const banned: AppEvent = { type: 'AppBanned', data: { app, reason } }
  return rollout ? [banned, { type: 'RolloutStopped', data: { app, rolloutId: rollout.id, cause: 'BANNED' } }] : [banned]
}

function upload({ type: _, ...data }: UploadVersion, { versions }: AppState): Decision<AppEvent> {
  const { app, version, sha256 } = data
  if (!appVersionPattern.test(version)) {
    return rejection('APP_VERSION_INVALID', 'a version has 1 to 64 letters, digits, . _ + and -, the first a letter or digit', 'version')
  }
  const known = knownVersion({ versions }, version)
  if (known?.sha256 === sha256) return []
  if (known)
    return rejection('APP_VERSION_EXISTS', `version ${version} of ${app} was uploaded with other bytes; give these another version`, 'version')
  if (Object.keys(versions).length >= appLimits.versions) return rejection('APP_FULL', `an app has at most ${appLimits.versions} versions`, 'version')
  return [{ type: 'AppVersionUploaded', data }]
}

/** Agents that have it go back to the version that was released before. */
function withdraw({ app, version, reason }: WithdrawVersion, { versions, rollout }: AppState): Decision<AppEvent> {
  const known = knownVersion({ versions }, version)
  if (!known) return rejection('APP_VERSION_UNKNOWN', `no version ${version} of ${app} was uploaded`, 'version')
  if (known.isWithdrawn) return []
  const invalid = checkText('reason', reason) ?? checkReason(reason)
  if (invalid) return invalid
  const withdrawn: AppEvent = { type: 'AppVersionWithdrawn', data: { app, version, reason } }
  if (rollout?.to !== version) return [withdrawn]
  return [withdrawn, rolledBack(app, rollout.id, 'WITHDRAWN', reason, { installed: 0, failed: 0, waiting: 0 })]
}

function bind({ app, selector }: BindApp, { bindings }: AppState): Decision<AppEvent> {
  if (bindings.includes(selector)) return []
  if (bindings.length >= appLimits.bindings) return rejection('APP_FULL', `an app has at most ${appLimits.bindings} bindings`, 'agents')
  return checkText('agents', selector) ?? checkSelector(selector) ?? [{ type: 'AppBound', data: { app, selector } }]
}

function checkSelector(selector: string): Rejection | null {
  try {
    parseSelector(selector)
    return null
  } catch (error) {
    if (error instanceof ElvesError && error.code === 'SELECTOR_INVALID') return rejection('SELECTOR_INVALID', error.message, 'agents')
    throw error
  }
}
