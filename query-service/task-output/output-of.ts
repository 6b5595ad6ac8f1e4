import { hasEnded } from '@elves/core/domain/task/state.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { outputLog } from '@elves/core/read-models/tasks/output-log.ts'
import type { RequestContext } from '../graphql/context.ts'
import { attemptsOf } from '../tasks/attempts.ts'
import type { OutputParent } from './parents.ts'
import { isProcessGone } from './process-gone.ts'

const dayMs = 86_400_000
/** Most bytes in one answer. */
const bytesMost = 1024 * 1024

export interface OutputArguments {
  readonly task: string
  readonly attempt?: number | null | undefined
  readonly from?: number | null | undefined
  readonly first?: number | null | undefined
}

/** Throws BAD_REQUEST for arguments that can not be, TASK_UNKNOWN. */
export async function outputOf(context: RequestContext, args: OutputArguments): Promise<OutputParent> {
  const { task: taskId, attempt, from, bytes } = checked(args)
  // Who sees only some tasks is asked for each look: he may have lost what it takes.
  if (context.visible !== null) await taskOf(context, taskId)
  const found = await context.services.readModels.of(outputLog).slice({ taskId, attempt, from, bytes })
  if (!found) return withoutOutput(context, taskId, attempt, from)
  if (attempt === null && from === 0 && found.isEnded) {
    const view = await context.services.readModels.task(taskId)
    // It runs again, and has printed nothing yet.
    if (view && view.attempt > found.attempt) return outputOf(context, { ...args, attempt: view.attempt })
  }
  const { segments, next, kept, printed, isAltered, isEnded } = found
  const cut = found.cut === 'UNKNOWN' ? 'CENTER' : found.cut
  context.take(segments.reduce((sum, { text }) => sum + text.length, 0))
  return { attempt: found.attempt, chunks: segments, next, isEnded: isEnded && next >= kept, bytes: printed, cut, altered: isAltered }
}

function checked({ task, attempt, from, first }: OutputArguments) {
  const bytes = first ?? 65_536
  const problem =
    (from ?? 0) < 0
      ? 'from is the offset of a byte, at least 0'
      : bytes < 1 || bytes > bytesMost
        ? `first must be 1 to ${bytesMost}`
        : (attempt ?? 1) < 1
          ? 'the first attempt is 1'
          : null
  if (problem !== null) throw new ElvesError('BAD_REQUEST', problem)
  return { task, attempt: attempt ?? null, from: from ?? 0, bytes }
}

/**
 * What is so where the log has nothing of the attempt. It has ended only if that is known: the attempt surely never started, the
 * process that had its output is gone, or it was kept for as long as it had to be. Otherwise it may be on its way.
 */
async function withoutOutput(context: RequestContext, taskId: string, asked: number | null, from: number): Promise<OutputParent> {
  const { readModels } = context.services
  const view = await taskOf(context, taskId)
  const nothing = { attempt: asked ?? view.attempt, chunks: [], next: from, bytes: 0, cut: null, altered: false }
  const attempts = await attemptsOf({ view, events: null }, context)
  const attempt = attempts.find(({ number }) => number === nothing.attempt)
  if (!attempt) return { ...nothing, isEnded: hasEnded(view.state) }
  const { state, startedAt, endedAt } = attempt
  if (!hasEnded(state)) return { ...nothing, isEnded: false }
  if (startedAt === null && state !== 'LOST') return { ...nothing, isEnded: true }
  const begun = startedAt ?? endedAt ?? view.requestedAt
  const isGone = Math.floor(begun / dayMs) < (await readModels.of(outputLog).droppedDay())
  if (isGone) return { ...nothing, isEnded: true, cut: 'EXPIRED' }
  const ran = startedAt !== null && endedAt !== null ? { agentId: attempt.agentId, startedAt, endedAt } : null
  return ran && (await isProcessGone(readModels, ran)) ? { ...nothing, isEnded: true, cut: 'AGENT_GONE' } : { ...nothing, isEnded: false }
}

/** A task that was requested a moment ago counts, though the read model may not have it yet. */
async function taskOf({ services }: RequestContext, taskId: string) {
  const { commands, readModels, readPosition } = services
  const view = await readModels.task(taskId)
  if (view) return view
  await readPosition.reached(await commands.head(), ['tasks'])
  const late = await readModels.task(taskId)
  if (late) return late
  throw new ElvesError('TASK_UNKNOWN', 'no task has this id')
}
