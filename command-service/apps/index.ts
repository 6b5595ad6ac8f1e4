import { banApp } from '@elves/core/command-api/ban-app.ts'
import { bindApp } from '@elves/core/command-api/bind-app.ts'
import type { Caller, CommandAnswer } from '@elves/core/command-api/command.ts'
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
import { appAggregate, appStream, isAppName, unknownApp } from '@elves/core/domain/app/app.ts'
import type { AppCommand, SteerRollout } from '@elves/core/domain/app/commands.ts'
import { appOfRollout } from '@elves/core/domain/app/rollout.ts'
import { rejection } from '@elves/core/domain/decision.ts'
import { decideAbout, refusedAs } from '../command-answers.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'

type Answer = CommandAnswer<'app'>
const refused = refusedAs('app')

/** What people decide about apps, their versions, bindings and rollouts. */
export const appsWriteFeature: WriteFeature = (side) => {
  const { appRules } = side

  /** The answer has all events of the app, so that clients see the app as it is now. */
  async function handle(caller: Caller, app: string, command: AppCommand): Promise<Answer> {
    if (!isAppName(app) && command.type !== 'CreateApp') return refused(unknownApp(app.slice(0, 64)))
    const stream = appStream(app)
    const about = { subject: 'app', id: app, aggregate: appAggregate, stream, commands: [command] } as const
    return decideAbout(side, { ...about, caller, onWritten: (events) => appRules.observe(events) })
  }

  function steer(caller: Caller, type: SteerRollout['type'], rolloutId: string): Promise<Answer> | Answer {
    const app = appOfRollout(rolloutId)
    if (app === null || !isAppName(app)) return refused(rejection('ROLLOUT_UNKNOWN', 'no rollout has this id', 'rollout'))
    return handle(caller, app, { type, app, rolloutId })
  }

  return {
    commands: [
      handles(createApp, (caller, { name: app, displayName, description }) =>
        handle(caller, app, { type: 'CreateApp', app, displayName, description }),
      ),
      handles(updateApp, (caller, { app, displayName, description }) => handle(caller, app, { type: 'UpdateApp', app, displayName, description })),
      handles(banApp, (caller, { app, reason }) => handle(caller, app, { type: 'BanApp', app, reason })),
      handles(unbanApp, (caller, { app }) => handle(caller, app, { type: 'UnbanApp', app })),
      handles(uploadAppVersion, (caller, { idempotencyKey: _, ...checked }) => handle(caller, checked.app, { type: 'UploadVersion', ...checked })),
      handles(releaseAppVersion, (caller, { app, version, rollout, idempotencyKey }) => {
        return handle(caller, app, { type: 'ReleaseVersion', app, version, ...rollout, idempotencyKey })
      }),
      handles(withdrawAppVersion, (caller, { app, version, reason }) => handle(caller, app, { type: 'WithdrawVersion', app, version, reason })),
      handles(bindApp, (caller, { app, agents: selector }) => handle(caller, app, { type: 'BindApp', app, selector })),
      handles(unbindApp, (caller, { app, agents: selector }) => handle(caller, app, { type: 'UnbindApp', app, selector })),
      handles(pauseRollout, async (caller, { rollout }) => steer(caller, 'PauseRollout', rollout)),
      handles(resumeRollout, async (caller, { rollout }) => steer(caller, 'ResumeRollout', rollout)),
      handles(rollBackRollout, async (caller, { rollout }) => steer(caller, 'RollBackRollout', rollout)),
    ],
  }
}
