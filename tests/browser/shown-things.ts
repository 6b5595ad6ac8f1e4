import type { TestPlatform } from '../support/platform.ts'

/** Ids of things that the pages of one thing show. */
export interface ShownThings {
  readonly task: string
  readonly queue: string
  readonly agent: string
}

/** Makes a task, a failed one, a queue, a schedule and an app, so that every page has something to show. */
export async function makeShownThings(platform: Pick<TestPlatform, 'ready' | 'graphql'>): Promise<ShownThings> {
  const [agent] = platform.ready().agents
  if (agent === undefined) throw new Error('the platform has no agent')
  const input = { agent: agent.ip, app: 'apptest', func: 'helloword', param: { name: 'dashboard' } }
  const { runTask } = await platform.graphql<{ runTask: { task: { id: string } } }>(
    'mutation ($input: RunTaskInput!) { runTask(input: $input) { task { id } } }',
    { input },
  )
  await platform.graphql('mutation ($input: RunTaskInput!) { runTask(input: $input) { task { id } } }', { input: { ...input, app: 'not-installed' } })
  const step = { agent: agent.ip, app: 'apptest', func: 'helloword' }
  const tasks = [
    { ...step, key: 'build' },
    { ...step, key: 'test', dependsOn: ['build'] },
    { ...step, key: 'lint', dependsOn: ['build'] },
    { ...step, key: 'release', dependsOn: ['test', 'lint'] },
  ]
  const { createQueue } = await platform.graphql<{ createQueue: { queue: { id: string } } }>(
    'mutation ($input: CreateQueueInput!) { createQueue(input: $input) { queue { id } } }',
    { input: { name: 'release', tasks, commit: true } },
  )
  const nightly = { name: 'nightly', rule: '0 30 2 ? * MON-FRI', timeZone: 'Europe/Berlin', ...step }
  await platform.graphql('mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { refusal { code } } }', { input: nightly })
  const app = { name: 'backup', displayName: 'Backup', description: 'Saves what must not be lost' }
  await platform.graphql('mutation ($input: CreateAppInput!) { createApp(input: $input) { refusal { code } } }', { input: app })
  return { task: runTask.task.id, queue: createQueue.queue.id, agent: agent.id }
}
