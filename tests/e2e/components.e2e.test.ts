import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPlatform, type TestPlatform, testedShape } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'
import { contract, hello, refusal, unknownId } from './rest-v2-contract.ts'

/** A center without cron and queue, with the setting of the guide: started with all, then without them, then with all again. */

const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guides', 'components.md'), 'utf8')
const withoutCronAndQueue = /ELVES_COMPONENTS=(\S+) npm start/.exec(guide)?.[1] ?? ''
const task = { agent: hello.ip, app: hello.app, func: hello.func }
const everySecond = { ...task, rule: '* * * * * ?', timeZone: 'UTC' }

let platform: TestPlatform
let queue: string
let schedule: string

interface Made {
  readonly made: { readonly id: string } | null
  readonly refusal: { readonly code: string } | null
}

async function change(mutation: string, what: string, input: object): Promise<Made> {
  const type = mutation.startsWith('create') ? `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!` : 'ScheduleInput!'
  const text = `mutation ($input: ${type}) { changed: ${mutation}(input: $input) { made: ${what} { id } refusal { code } } }`
  return (await platform.graphql<{ changed: Made }>(text, { input })).changed
}

async function shown(): Promise<{
  queue: { state: string }
  schedule: { state: string; fires: { nodes: { outcome: string; reason: string | null }[] } }
}> {
  const text =
    'query ($queue: ID!, $schedule: ID!) { queue(id: $queue) { state } schedule(id: $schedule) { state fires { nodes { outcome reason } } } }'
  return platform.graphql(text, { queue, schedule })
}

/** How many events the last signed head covers. */
async function headSize(): Promise<number> {
  return (await platform.graphql<{ log: { signedHead: { size: number } } }>('{ log { signedHead { size } } }')).log.signedHead.size
}

beforeAll(async () => {
  platform = await startPlatform({ sharesBroker: true })
  const made = await change('createQueue', 'queue', { tasks: [task] })
  queue = made.made?.id ?? ''
  // Until the first head there is no tree: an error.
  await waitFor(async () => (await headSize().catch(() => 0)) > 0)
  schedule = (await change('createSchedule', 'schedule', { ...everySecond, misfire: 'SKIP' })).made?.id ?? ''
  await waitFor(async () => (await shown()).schedule.fires.nodes.some(({ outcome }) => outcome === 'FIRED'))
})

afterAll(() => platform?.dispose())

// The containers have their settings from a file of theirs.
test.runIf(testedShape !== 'compose')('what is off refuses its commands and answers its history; on again, it goes on', async () => {
  await platform.stop()
  await platform.start({ ELVES_COMPONENTS: withoutCronAndQueue })

  const names = Object.keys(contract)
  for (const [module, code] of [
    ['cron', '402.2'],
    ['queue', '402.3'],
  ]) {
    for (const name of names.filter((each) => each.startsWith(`${module}/`))) {
      expect(JSON.stringify(await platform.rest(`/api/v2/${name}`, { queue_id: unknownId, cron_id: unknownId }))).toBe(refusal(code ?? ''))
    }
  }
  expect(await change('createQueue', 'queue', { tasks: [task] })).toEqual({ made: null, refusal: { code: 'COMPONENT_OFF' } })
  expect(await change('createSchedule', 'schedule', everySecond)).toEqual({ made: null, refusal: { code: 'COMPONENT_OFF' } })
  expect(await change('pauseSchedule', 'schedule', { schedule })).toEqual({ made: null, refusal: { code: 'COMPONENT_OFF' } })

  const [before, covered] = [await shown(), await headSize()]
  expect(before).toMatchObject({ queue: { state: 'OPEN' }, schedule: { state: 'RUNNING' } })
  expect((await platform.rest('/api/v2/rt/exec', hello)).result?.['worker_message']).toBe('hello word!')
  // Instants go by: the clock of the answers is that of the center.
  const from = Date.now()
  await waitFor(() => Date.now() > from + 2_500)
  expect((await shown()).schedule.fires).toEqual(before.schedule.fires)
  // The watcher is off, too: the task ran, and no head covers it.
  expect(await headSize()).toBe(covered)

  await platform.stop()
  await platform.start({ ELVES_COMPONENTS: '' })
  await waitFor(async () => (await shown()).schedule.fires.nodes.some(({ outcome }) => outcome === 'MISSED'))
  const committed = await platform.rest('/api/v2/queue/commit', { queue_id: queue })
  expect(committed).toEqual({ flag: 'true', error: '' })
  await waitFor(async () => (await shown()).queue.state === 'SUCCEEDED')
  // It had missed nothing: a head is signed only over a log that continues the one before.
  await waitFor(async () => (await headSize()) > covered)
})

test.runIf(testedShape !== 'compose')('a platform with GraphQL alone answers history, takes no task and has no REST v2', async () => {
  await platform.stop()
  await platform.start({ ELVES_COMPONENTS: 'graphql' })
  expect((await shown()).queue.state).toBe('SUCCEEDED')
  const text = 'mutation ($input: RunTaskInput!) { runTask(input: $input) { task { id } refusal { code message } } }'
  const { runTask } = await platform.graphql<{ runTask: object }>(text, { input: task })
  expect(runTask).toEqual({ task: null, refusal: { code: 'COMPONENT_OFF', message: 'the component scheduler is switched off' } })
  expect((await fetch(`${platform.ready().url}/api/v2/rt/exec`)).status).toBe(404)
  expect((await fetch(`${platform.ready().url}/api/v2/openapi.json`)).status).toBe(404)
})

test.runIf(testedShape !== 'compose')('the watcher alone covers all that is in the log, and no task is taken', async () => {
  await platform.stop()
  await platform.start({ ELVES_COMPONENTS: 'watcher,graphql' })
  const { platform: head } = await platform.graphql<{ platform: { headPosition: string } }>('{ platform { headPosition } }')
  // In standalone positions count events.
  await waitFor(async () => (await headSize()) >= Number.parseInt(head.headPosition.slice(-16), 16))
  const text = 'mutation ($input: RunTaskInput!) { runTask(input: $input) { refusal { code } } }'
  expect(await platform.graphql(text, { input: task })).toEqual({ runTask: { refusal: { code: 'COMPONENT_OFF' } } })
})
