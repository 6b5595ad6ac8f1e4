import type { Position } from '../eventing/position.ts'
import type { AnswerOf, AnyCommand, Caller, CommandAnswer, InputOf } from './command.ts'
import type { Identified } from './identity.ts'
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
  /**
   * Returns who shows a token with this hash (SHA-256, base64url), or whose it was before it ended; null: nobody's. It counts as used, unless
   * `isUse` is false.
   */
  identify(hash: string, isUse?: boolean): Promise<Identified>
  /**
   * Returns when access tokens and auth keys were last used, ms since the epoch, by their ids; those that never were are absent. What was used
   * often is up to a minute behind.
   */
  lastUses(ids: readonly string[]): Promise<ReadonlyMap<string, number>>
  /**
   * Returns the keys that open the texts which say who users are, by the ids of the users; those are absent who were erased or whose key is not
   * there. Rejects with MASTER_KEY_UNAVAILABLE, too (canRetry).
   */
  personalKeys(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Notes that an auth key of REST v2 was used now. */
  noteAuthKeyUse(id: string): Promise<void>
  /** Position of the last event, or of the point before the first. */
  head(): Promise<Position>
}
