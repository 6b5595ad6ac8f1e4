import { appsReadModel } from '@elves/core/read-models/apps/index.ts'
import { doneAnswer, refusedAnswer, restRefusal } from './answers.ts'
import { endpoint, objectSchema } from './endpoint.ts'
import { dateText } from './server-time.ts'

/** Only the supervisor knows the app of an auth id: the one configured pair of the simple mode has none. */
const infoApp = endpoint(
  {
    summary: 'The app of this auth id',
    note: 'Only in the mode `supervisor`, else it is refused with 402.1. `app_ver` is empty where no version has been released.',
    module: 'supervisor',
    needs: 'ANYBODY',
    parameters: {},
    refusals: ['413.2'],
    result: objectSchema({
      app: { type: 'string' },
      app_name: { type: 'string' },
      app_ver: { type: 'string' },
      last_update_time: { type: 'string', pattern: String.raw`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`, examples: ['2017-05-30 12:42:00'] },
    }),
  },
  async ({ authKeys, commands, readModels, readPosition, timeZone }, { actor }) => {
    const app = await authKeys.appOf(actor.id)
    if (app === null) return refusedAnswer(restRefusal('413.2'))
    await readPosition.reached(await commands.head(), ['apps'])
    const known = await readModels.of(appsReadModel).byName(app)
    if (!known) return refusedAnswer(restRefusal('413.2'))
    const released = known.releases.at(-1) ?? ''
    const version = released === '' ? null : await readModels.of(appsReadModel).version(app, released)
    const updatedAt = dateText(version?.uploadedAt ?? known.createdAt, timeZone).replaceAll('/', '-')
    return doneAnswer({ app, app_name: known.displayName || app, app_ver: released, last_update_time: updatedAt })
  },
)

/** The manual of 0.1.x names both. */
export const endpointsOfSupervisor = { '/api/v2/info/app': infoApp, '/api/v2/info/apps': infoApp }
