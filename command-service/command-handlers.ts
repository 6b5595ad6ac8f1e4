import { type AnswerOf, type AnyCommand, type Caller, type InputOf, type RequestOf, requestOf } from '@elves/core/command-api/command.ts'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'

/** A command, and the function that carries it out. */
export interface CommandHandler<Asked extends AnyCommand = AnyCommand> {
  readonly command: Asked
  handle(caller: Caller, request: RequestOf<Asked>): Promise<AnswerOf<Asked>>
}

export function handles<Asked extends AnyCommand>(command: Asked, handle: CommandHandler<Asked>['handle']): CommandHandler<Asked> {
  return { command, handle }
}

/** Calls the handler of a command in this process. */
export function callHandler(handlers: readonly CommandHandler[]): CommandApi['call'] {
  const byName = new Map(handlers.map((handler) => [handler.command.name, handler]))
  return async <Asked extends AnyCommand>(command: Asked, caller: Caller, request: InputOf<Asked>): Promise<AnswerOf<Asked>> => {
    const handler = byName.get(command.name)
    if (!handler) throw new ElvesError('INTERNAL', `no handler of this process does ${command.name}`)
    return handler.handle(caller, requestOf(command, request)) as Promise<AnswerOf<Asked>>
  }
}
