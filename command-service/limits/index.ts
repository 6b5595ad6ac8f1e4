import { approveTask } from '@elves/core/command-api/approve-task.ts'
import type { Caller, CommandAnswer } from '@elves/core/command-api/command.ts'
import { refuseTask } from '@elves/core/command-api/refuse-task.ts'
import { removeGuard } from '@elves/core/command-api/remove-guard.ts'
import { removeLimit } from '@elves/core/command-api/remove-limit.ts'
import { setGuard } from '@elves/core/command-api/set-guard.ts'
import { setLimit } from '@elves/core/command-api/set-limit.ts'
import { rejection } from '@elves/core/domain/decision.ts'
import { type GuardCommand, guardAggregate, guardIdOf } from '@elves/core/domain/guard/guard.ts'
import { type LimitCommand, type LimitedKind, limitAggregate, limitIdOf } from '@elves/core/domain/limit/limit.ts'
import { decideAbout, refusedAs } from '../command-answers.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'
import { approvals } from './approvals.ts'

/** What is limited and guarded, and what somebody approves. */
export const limitsWriteFeature: WriteFeature = (side) => {
  const { access, agents, limits } = side
  const onWritten = { onWritten: limits.observe.bind(limits) }

  /** A user may be named by the id or by the name, an agent by the id or by the ip. */
  async function idOf(kind: LimitedKind, of: string): Promise<string | null> {
    if (of === '*' || kind === 'APP') return of
    if (kind === 'AGENT') return (await agents.directory.find(of))?.agentId ?? null
    const state = await access.state()
    if (kind === 'AUTH_KEY') return state.authKeys.has(of) ? of : null
    return state.userNamed(of)?.id ?? null
  }

  async function handleLimit(caller: Caller, command: LimitCommand & { readonly kind: LimitedKind }): Promise<CommandAnswer<'limit'>> {
    const of = await idOf(command.kind, command.of)
    if (of === null) return refusedAs('limit')(rejection('SUBJECT_UNKNOWN', `there is no ${command.kind} ${command.of.slice(0, 256)}`, 'of'))
    const id = limitIdOf({ kind: command.kind, of })
    const about = { subject: 'limit', id, aggregate: limitAggregate, stream: limitAggregate.streamOf(id), commands: [{ ...command, of }] } as const
    return decideAbout(side, { ...about, caller, ...onWritten })
  }

  async function handleGuard(caller: Caller, command: GuardCommand): Promise<CommandAnswer<'guard'>> {
    const id = guardIdOf(command)
    const about = { subject: 'guard', id, aggregate: guardAggregate, stream: guardAggregate.streamOf(id), commands: [command] } as const
    return decideAbout(side, { ...about, caller, ...onWritten })
  }

  const decided = approvals(side)
  return {
    commands: [
      handles(setLimit, (caller, { idempotencyKey: _, ...request }) => handleLimit(caller, { type: 'SetLimit', ...request })),
      handles(removeLimit, (caller, { kind, of }) => handleLimit(caller, { type: 'RemoveLimit', kind, of })),
      handles(setGuard, (caller, { idempotencyKey: _, ...request }) => handleGuard(caller, { type: 'SetGuard', ...request })),
      handles(removeGuard, (caller, { app, name }) => handleGuard(caller, { type: 'RemoveGuard', app, name })),
      handles(approveTask, (caller, { task, reason }) => decided.approve(caller, task, reason)),
      handles(refuseTask, (caller, { task, reason }) => decided.refuse(caller, task, reason)),
    ],
  }
}
