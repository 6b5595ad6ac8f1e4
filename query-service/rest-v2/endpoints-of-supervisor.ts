import { refusedAnswer, restRefusal } from './answers.ts'
import { endpoint, objectSchema } from './endpoint.ts'

/** Only the supervisor knows the app of an auth id: the one configured pair of the simple mode has none. */
const infoApp = endpoint(
  {
    summary: 'The app of this auth id',
    note: 'Refused with 402.1 in this release: an app belongs to an auth id in the supervisor mode only, which is not there yet.',
    module: 'supervisor',
    parameters: {},
    refusals: ['413.2'],
    result: objectSchema({
      app: { type: 'string' },
      app_name: { type: 'string' },
      app_ver: { type: 'string' },
      last_update_time: { type: 'string', pattern: String.raw`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`, examples: ['2017-05-30 12:42:00'] },
    }),
  },
  async () => refusedAnswer(restRefusal('413.2')),
)

/** The manual of 0.1.x names both. */
export const endpointsOfSupervisor = { '/api/v2/info/app': infoApp, '/api/v2/info/apps': infoApp }
