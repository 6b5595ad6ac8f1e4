import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { forked } from './forked.ts'

/** A program in its own process, which tells when it is ready and may answer questions. */
export interface Child<Answer> {
  /** The first message of the child. */
  readonly ready: Answer
  ask(question: unknown): Promise<Answer>
  stop(): Promise<void>
}

/** `file` is a path below bench/. The child sends one message when it is ready, then one answer for each message that it gets. */
export async function startChild<Answer>(file: string, args: readonly string[]): Promise<Child<Answer>> {
  const child = forked(join(import.meta.dirname, file), args, ['ignore', 'ignore', 'inherit', 'ipc'])
  const ready = await nextMessage<Answer>(child)
  return {
    ready,
    ask(question) {
      const answer = nextMessage<Answer>(child)
      child.send(question as never)
      return answer
    },
    async stop() {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

async function nextMessage<Answer>(child: ChildProcess): Promise<Answer> {
  const ended = new AbortController()
  const exit = once(child, 'exit', { signal: ended.signal }).then(() => Promise.reject(new Error('the child ended')))
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal: ended.signal }), exit])) as [Answer]
    return message
  } finally {
    ended.abort()
    exit.catch(() => {})
  }
}
