import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { within } from '@elves/core/foundation/waiting.ts'
import { forked } from './forked.ts'
import { throwAway } from './throw-away.ts'

/** A program in its own process, which tells when it is ready and may answer questions. */
export interface Child<Answer> {
  /** The first message of the child. */
  readonly ready: Answer
  ask(question: unknown): Promise<Answer>
  /** Rejects when the child ends before it was told to stop. */
  readonly ended: Promise<never>
  stop(): Promise<void>
}

const stopMs = 10_000

/** `file` is a path below bench/. The child sends one message when it is ready, then one answer for each message that it gets. */
export async function startChild<Answer>(file: string, args: readonly string[]): Promise<Child<Answer>> {
  const child = forked(join(import.meta.dirname, file), args, ['ignore', 'ignore', 'inherit', 'ipc'])
  const exit = once(child, 'exit')
  const ended = exit.then(() => Promise.reject(new Error(`${file} ended`)))
  ended.catch(() => undefined)
  const stop = throwAway(async () => {
    child.kill('SIGTERM')
    if ((await within(stopMs, exit, null)) === null) child.kill('SIGKILL')
    await exit
  })
  return {
    ready: await Promise.race([nextMessage<Answer>(child), ended]),
    ask(question) {
      const answer = nextMessage<Answer>(child)
      child.send(question as never)
      return Promise.race([answer, ended])
    },
    ended,
    stop,
  }
}

async function nextMessage<Answer>(child: ChildProcess): Promise<Answer> {
  const [message] = (await once(child, 'message')) as [Answer]
  return message
}
