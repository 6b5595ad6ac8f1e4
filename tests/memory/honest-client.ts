import { setTimeout as pause } from 'node:timers/promises'
import type { TestPlatform } from '../support/platform.ts'
import { isAlive } from '../support/processes.ts'
import { waitFor } from '../support/wait-for.ts'

const run = 'mutation ($input: RunTaskInput!) { runTask(input: $input) { task { state } refusal { code } } }'
const answerWithinMs = 30_000
const betweenMs = 100

interface Ran {
  readonly runTask: { readonly task: { readonly state: string } | null; readonly refusal: { readonly code: string } | null }
}

/** One task with its result, as any user asks for it: again where the platform says that it has too much to do for now. */
export async function runOneTask(platform: TestPlatform, app = 'apptest', func = 'helloword'): Promise<void> {
  const pid = platform.runnerPid()
  const input = { agent: '127.0.0.1', app, func, idempotencyKey: crypto.randomUUID() }
  const became = await waitFor(
    async () => {
      if (!isAlive(pid)) return 'DEAD'
      const { runTask } = await platform.graphql<Ran>(run, { input })
      if (runTask.task?.state !== 'SUCCEEDED') throw new Error(`the task came to ${JSON.stringify(runTask)}`)
      return 'ENDED'
    },
    { timeoutMs: answerWithinMs, everyMs: 250, what: 'the result of a task while something else fills the platform' },
  )
  if (became === 'DEAD') throw new Error(`the platform ended:\n${platform.output().slice(-2_000)}`)
}

/** Runs one task after the other while `work` lasts, and one more at its end; rejects where one does not get its result. */
export async function whileTasksRun<Result>(platform: TestPlatform, work: () => Promise<Result>): Promise<Result> {
  const working = work()
  let isOver = false
  const over = working.then(
    () => undefined,
    () => undefined,
  )
  void over.then(() => {
    isOver = true
  })
  while (!isOver) {
    await runOneTask(platform)
    await Promise.race([over, pause(betweenMs)])
  }
  await runOneTask(platform)
  return working
}
