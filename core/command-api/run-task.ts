import { createHash } from 'node:crypto'
import type { RetriedEnd, RetryPolicy } from '@elves/schemas/generated/types.ts'
import { z } from 'zod'
import { taskLimits } from '../domain/task/limits.ts'
import { defaultRetry } from '../domain/task/options.ts'
import { type Caller, type CommandAnswer, defineCommand, type InputOf, optionalText, type RequestOf, withDefault } from './command.ts'

/** A retry that a client may leave out. The decision checks its values, so that what is wrong is a refusal. */
export const optionalRetry = z
  .strictObject({
    attempts: z.number(),
    delayMs: withDefault(z.number(), defaultRetry.delayMs),
    factor: withDefault(z.number(), defaultRetry.factor),
    maxDelayMs: withDefault(z.number(), defaultRetry.maxDelayMs),
    on: withDefault(z.array(z.string()).readonly(), defaultRetry.on),
  })
  .nullish()
  .transform((given): RetryPolicy | null => (given ? { ...given, on: given.on as readonly RetriedEnd[] } : null))

/** The fields of a request that say what a task does, whatever asks for it. */
export function taskFields<App extends z.ZodType>(app: App, defaultStartWithinMs: number) {
  return {
    /** The id or the ip of the agent. */
    agent: z.string(),
    app,
    func: z.string(),
    /** JSON text, byte for byte as it came; null for none. */
    param: optionalText,
    proxy: optionalText,
    processor: withDefault(z.boolean(), false),
    /** Run timeout in ms; 0 means no timeout. */
    timeoutMs: withDefault(z.number(), taskLimits.defaultTimeoutMs),
    /** How long it may wait for its agent. */
    startWithinMs: withDefault(z.number(), defaultStartWithinMs),
    retry: optionalRetry,
  }
}

/**
 * Runs a function of an app on an agent. One call carries many requests, each decided by itself. The answer has the whole
 * stream of the task as of now.
 */
export const runTask = defineCommand({
  name: 'runTasks',
  subject: 'task',
  request: {
    /** Without `startWithinMs` it is refused if its agent is not connected. */
    ...taskFields(z.string(), 0),
    /** True: answer when the task has ended. False: answer when the request is durable. */
    wait: withDefault(z.boolean(), true),
  },
  permission: 'RUN',
  about: ({ app, func, agent }) => [{ app, func, agent }],
  secrets: ({ app, param }) => (param === null ? [] : [{ app, param }]),
})

export type RunTaskRequest = RequestOf<typeof runTask>

/**
 * Returns the SHA-256 of what makes two requests the same. Whether the caller waits is no part of it. `agentId` is the resolved id,
 * also if the request used the ip.
 */
export function requestHash(agentId: string, request: RunTaskRequest): string {
  const { app, func, param, proxy, processor, timeoutMs, startWithinMs, retry } = request
  // Without options the hash is that of earlier releases, whose requests may be repeated.
  const options = startWithinMs === 0 && retry === null ? [] : [startWithinMs, retry]
  return createHash('sha256')
    .update(JSON.stringify([agentId, app, func, param, proxy, processor, timeoutMs, ...options]))
    .digest('hex')
}

interface RunsTasks {
  runTasks(caller: Caller, requests: readonly InputOf<typeof runTask>[]): Promise<readonly CommandAnswer<'task'>[]>
}

/** Runs one task: a list of one. */
export async function runOneTask(commands: RunsTasks, caller: Caller, request: InputOf<typeof runTask>): Promise<CommandAnswer<'task'>> {
  const [answer] = await commands.runTasks(caller, [request])
  return answer as CommandAnswer<'task'>
}
