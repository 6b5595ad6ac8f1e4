import { createSchedule } from '@elves/core/command-api/create-schedule.ts'
import { deleteSchedule } from '@elves/core/command-api/delete-schedule.ts'
import { pauseSchedule } from '@elves/core/command-api/pause-schedule.ts'
import { resumeSchedule } from '@elves/core/command-api/resume-schedule.ts'
import { doneAnswer, refusedAnswer, restRefusal } from '../rest-v2/answers.ts'
import { answeredCommand, type Endpoint, endpoint, objectSchema } from '../rest-v2/endpoint.ts'
import { idempotencyKeyParameter, neededParameter } from '../rest-v2/parameter.ts'
import { readableOf, whoMayReadCrons } from '../rest-v2/readable.ts'
import { dateSchema } from '../rest-v2/server-time.ts'
import { appParameter, idSchema, ipParameter, taskContent, taskParameters } from '../rest-v2/task-parameters.ts'
import { workerResultSchemas } from '../tasks/rest-endpoints.ts'
import { cronDetailOf, scheduleOfCron } from './cron-detail.ts'

const cronId = neededParameter('403.9', 'The cron, 16 characters.', { schema: idSchema, isRight: (text) => /^[0-9A-Za-z]{16}$/.test(text) })
const module = 'cron'

/** `/api/v2/cron/add` */
export const cronAdd = endpoint(
  {
    summary: 'Makes a cron, which runs from then on',
    note: 'The rule is in the time zone of the server.',
    module,
    needs: 'COMMAND',
    parameters: {
      ip: ipParameter,
      app: appParameter,
      ...taskParameters,
      rule: neededParameter('403.5', 'A Quartz rule of 6 or 7 fields.', { schema: { type: 'string', examples: ['0/5 * * * * ?'] } }),
      idempotency_key: idempotencyKeyParameter,
    },
    refusals: ['410.1'],
    result: objectSchema({ id: idSchema }),
  },
  async ({ commands, timeZone }, caller, { ip, app, rule, idempotency_key, ...rest }) => {
    const request = { agent: ip, app, ...taskContent(rest), rule, timeZone, startWithinMs: null, idempotencyKey: idempotency_key }
    return answeredCommand(await commands.call(createSchedule, caller, request), (id) => ({ id }), 'schedule')
  },
)

export const cronStart = changing('Lets a cron run again', resumeSchedule)
export const cronStop = changing('Pauses a cron', pauseSchedule)
export const cronDelete = changing('Deletes a cron', deleteSchedule)

/** `/api/v2/cron/detail`, also `/info`: the manual of 0.1.x names both. */
export const cronDetail = endpoint(
  {
    summary: 'What a cron is, and what its last run came to',
    note: 'Times are in the time zone of the server. `cron_flag` is 1 where it runs, 0 where it is paused or has no further instant.',
    module,
    needs: whoMayReadCrons,
    parameters: { cron_id: cronId },
    refusals: ['411.1'],
    result: objectSchema({
      ip: { type: 'string' },
      app: { type: 'string' },
      func: { type: 'string' },
      param: { type: 'string' },
      mode: { enum: ['NP', 'P'] },
      proxy: { type: 'string' },
      timeout: { type: 'integer' },
      rule: { type: 'string' },
      cron_flag: { enum: [0, 1] },
      last_exec_time: dateSchema,
      last_exec_result: {
        oneOf: [
          { const: '', description: 'Nothing has ended yet.' },
          objectSchema({ flag: { const: 'true' }, error: { const: '' }, result: objectSchema(workerResultSchemas) }),
        ],
      },
    }),
  },
  async (services, caller, { cron_id }) => {
    const schedule = await scheduleOfCron(services, cron_id)
    const [readable] = schedule ? await readableOf(services, caller, whoMayReadCrons, [schedule.settings]) : []
    const detail = schedule && readable ? await cronDetailOf(services, schedule) : null
    return detail ? doneAnswer(detail) : refusedAnswer(restRefusal('411.1'))
  },
)

function changing(summary: string, command: typeof resumeSchedule | typeof pauseSchedule | typeof deleteSchedule): Endpoint {
  return endpoint(
    { summary, module, needs: 'COMMAND', parameters: { cron_id: cronId }, refusals: ['411.1'], result: null },
    async ({ commands }, caller, { cron_id }) => {
      return answeredCommand(await commands.call(command, caller, { schedule: cron_id }), () => undefined, 'schedule')
    },
  )
}
