import type { Position } from '../eventing/position.ts'
import type { AnswerOf, AnyCommand, Caller, CommandAnswer, InputOf } from './command.ts'
import type { runTask } from './run-task.ts'

export type TaskAnswer = CommandAnswer<'task'>

/**
 * Port of the write side, as query-service uses it: in the same process, or over HTTP. Rejects with an ElvesError:
 * BAD_REQUEST, STORE_UNAVAILABLE, COMMAND_SERVICE_UNAVAILABLE, SHUTTING_DOWN, OVERLOADED (the last four canRetry) or
 * INTERNAL.
 */
export interface CommandApi {
  /**
   * Decides each request by itself. Returns the answers in the order of the requests, when all are durable (and have ended,
   * for requests with `wait`). At most 1 000.
   */
  runTasks(caller: Caller, requests: readonly InputOf<typeof runTask>[]): Promise<readonly TaskAnswer[]>
  /** Calls any command but runTask. */
  call<Asked extends AnyCommand>(command: Asked, caller: Caller, request: InputOf<Asked>): Promise<AnswerOf<Asked>>
  /** Position of the last event, or of the point before the first. */
  head(): Promise<Position>
}
