import { askPlatform } from '../ask-platform.ts'
import type { Ready } from '../ready-file.ts'
import { aligned, historyTable } from './history-table.ts'
import { taskHistory } from './tasks.ts'
import { waitForAnswer } from './wait-for-answer.ts'

/** What the demo shows beside a task that runs at once. Each resolves with text for people. */

const app = 'apptest'

async function made<Payload extends object>(ready: Ready, mutation: string, input: object): Promise<Payload> {
  const { made: payload } = await askPlatform<{ made: Payload & { readonly refusal: object | null } }>(ready, mutation, { input })
  if (payload.refusal !== null) throw new Error(`it was refused: ${JSON.stringify(payload.refusal)}`)
  return payload
}

interface QueueShown {
  readonly state: string
  readonly endedAt: string | null
  readonly tasks: { readonly nodes: readonly { readonly id: string; readonly state: string; readonly startedAt: string; readonly endedAt: string }[] }
}

/** Runs a queue whose tasks depend on each other. */
export async function queueOfTasks(ready: Ready): Promise<string> {
  const steps = [
    { key: 'build', dependsOn: [] },
    { key: 'test', dependsOn: ['build'] },
    { key: 'check', dependsOn: ['build'] },
    { key: 'release', dependsOn: ['test', 'check'] },
  ]
  const tasks = steps.map((step) => ({ ...step, agent: ready.agents[0]?.ip, func: 'slow', param: { seconds: 0.2 } }))
  const mutation = `mutation ($input: CreateQueueInput!) {
    made: createQueue(input: $input) { queue { id committedAt } tasks { id } refusal { code message } } }`
  const { queue, tasks: ids } = await made<{ queue: { id: string; committedAt: string }; tasks: { id: string }[] }>(ready, mutation, {
    name: 'demo',
    app,
    tasks,
    commit: true,
  })
  const text = 'query ($id: ID!) { queue(id: $id) { state endedAt tasks { nodes { id state startedAt endedAt } } } }'
  const ended = await waitForAnswer('the end of the queue', async () => {
    const { queue: now } = await askPlatform<{ queue: QueueShown | null }>(ready, text, { id: queue.id })
    return now && now.endedAt !== null && now.tasks.nodes.every((task) => task.endedAt !== null) ? now : null
  })
  const since = (instant: string) => `+${Date.parse(instant) - Date.parse(queue.committedAt)} ms`
  const rows = steps.map(({ key, dependsOn }, index) => {
    const task = ended.tasks.nodes.find(({ id }) => id === ids[index]?.id)
    return [key, dependsOn.join(', ') || 'nothing', since(task?.startedAt ?? ''), since(task?.endedAt ?? ''), task?.state ?? '']
  })
  return `Queue ${queue.id} of ${steps.length} tasks ${ended.state}:\n\n${aligned([['task', 'waits for', 'start', 'end', 'state'], ...rows])}`
}

interface FireShown {
  readonly instant: string
  readonly outcome: string
  readonly task: { readonly state: string; readonly result: { readonly message: string } | null } | null
}

/** Looks at a rule around a change of the clocks, and lets another fire. */
export async function schedule(ready: Ready): Promise<string> {
  const rule = '0 30 2 * * ?'
  const preview = `query ($rule: String!) { previewRule(rule: $rule, timeZone: "Europe/Berlin", count: 3, after: "2027-03-27T00:00:00Z") }`
  const { previewRule } = await askPlatform<{ previewRule: string[] }>(ready, preview, { rule })
  const input = { name: 'demo', rule: '* * * * * ?', timeZone: 'Europe/Berlin', agent: ready.agents[0]?.ip, app, func: 'helloword' }
  const mutation = 'mutation ($input: CreateScheduleInput!) { made: createSchedule(input: $input) { schedule { id } refusal { code message } } }'
  const { schedule: own } = await made<{ schedule: { id: string } }>(ready, mutation, input)
  const text = 'query ($id: ID!) { schedule(id: $id) { fires { nodes { instant outcome task { state result { message } } } } } }'
  const fires = await waitForAnswer('two fires', async () => {
    const { schedule: now } = await askPlatform<{ schedule: { fires: { nodes: FireShown[] } } | null }>(ready, text, { id: own.id })
    const done = now?.fires.nodes.filter(({ task }) => task?.state === 'SUCCEEDED') ?? []
    return done.length >= 2 ? done : null
  })
  await made(ready, 'mutation ($input: ScheduleInput!) { made: deleteSchedule(input: $input) { refusal { code message } } }', { schedule: own.id })
  const rows = fires.map(({ instant, outcome, task }) => [instant, outcome, task?.state ?? '', task?.result?.message ?? ''])
  return [
    `The rule "${rule}" in Europe/Berlin fires next to a change of the clocks at:\n`,
    ...previewRule.map((instant) => `  ${instant}`),
    `\nSchedule ${own.id} with "* * * * * ?" fired, and was deleted:\n`,
    aligned([['instant', 'outcome', 'task', 'answer'], ...rows.reverse()]),
  ].join('\n')
}

/** Kills the agent under a task that may be tried again: it waits for the agent to be back. */
export async function retriedTask(ready: Ready): Promise<string> {
  const mutation = 'mutation ($input: RunTaskInput!) { made: runTask(input: $input) { task { id } refusal { code message } } }'
  const retry = { attempts: 3, delayMs: 0, on: ['FAILED'] }
  const content = { agent: ready.agents[0]?.ip, app, func: 'slow', param: { seconds: 1 } }
  const { task } = await made<{ task: { id: string } }>(ready, mutation, { ...content, wait: false, retry })
  const stateOf = async () => {
    const text = 'query ($id: ID!) { task(id: $id) { state endedAt } }'
    return (await askPlatform<{ task: { state: string; endedAt: string | null } | null }>(ready, text, { id: task.id })).task
  }
  await waitForAnswer('the start of the task', async () => ((await stateOf())?.state === 'RUNNING' ? true : null))
  process.kill(ready.pids.agents[0] ?? 0, 'SIGKILL')
  const ended = await waitForAnswer('the end of the task', async () => {
    const now = await stateOf()
    return now && now.endedAt !== null ? now : null
  })
  return `The agent was killed under task ${task.id}, which waited for it and ${ended.state}:\n\n${historyTable(await taskHistory(ready, task.id))}`
}
