import type { IncomingMessage } from 'node:http'
import type { AnswerOf, Caller, InputOf } from '@elves/core/command-api/command.ts'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import { enterUser } from '@elves/core/command-api/enter-user.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { seenClient } from './seen-client.ts'

export interface EnteringOptions {
  readonly commands: Pick<CommandApi, 'call'>
  /** Resolves when this instance knows what was written up to there, or is too far behind: the first answer to somebody new has the roles. */
  settled(position: Position): Promise<void>
}

type Entering = Omit<InputOf<typeof enterUser>, 'remoteAddress' | 'program'>
type Entered = Extract<AnswerOf<typeof enterUser>, { readonly refusal: null }>

/** Begins a session of somebody for whom another system vouches, `by` which the log names it. Throws UNAUTHENTICATED where that is refused. */
export async function entered(
  { commands, settled }: EnteringOptions,
  message: IncomingMessage,
  who: Entering,
  { by, ...request }: { readonly by: string } & Pick<Caller, 'correlationId' | 'metadata'>,
): Promise<Entered> {
  const client = { remoteAddress: seenClient(message).address, program: message.headers['user-agent'] ?? '' }
  const answer = await commands.call(enterUser, { actor: { kind: 'SYSTEM', id: by, name: null }, ...request }, { ...who, ...client })
  if (answer.refusal) throw new ElvesError('UNAUTHENTICATED', answer.refusal.message)
  await settled(answer.position)
  return answer
}
