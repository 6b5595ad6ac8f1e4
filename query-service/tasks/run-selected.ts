import { createHash, randomUUID } from 'node:crypto'
import { type CommandAnswer, type InputOf, type Refusal, requestOf } from '@elves/core/command-api/command.ts'
import { runTask } from '@elves/core/command-api/run-task.ts'
import { parseSelector } from '@elves/core/domain/selectors/selector.ts'
import { checkRequest } from '@elves/core/domain/task/request.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import type { RefusalCode } from '@elves/core/foundation/codes.ts'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import { agentsReadModel } from '@elves/core/read-models/agents/index.ts'
import type { SelectedAgent } from '@elves/core/read-models/agents/selection.ts'
import type { RequestContext } from '../graphql/context.ts'

type Input = InputOf<typeof runTask>
/** What to run, and on which agents. */
export type SelectedInput = Omit<Input, 'agent'> & { readonly selector: string }

export interface AgentLeftOut {
  readonly agent: string
  readonly code: string
  readonly message: string
}

/** What became of one input with a selector. Tasks and agents are in the order in which the agents first came. */
export interface SelectedRun {
  readonly selected: number
  readonly taskIds: readonly string[]
  readonly leftOut: readonly AgentLeftOut[]
  /** Of the last event that was written; null: none was. */
  readonly position: Position | null
}

/** Agents that the selectors of one call may select, all together. */
export const mostSelected = 10_000
type Batch = readonly (readonly [string, Input])[]
/** Limits of what one call of the write side carries: of tasks, and of characters of parameters, which come back with the answer. */
const [batchTasks, batchChars] = [1_000, 4 * 1024 * 1024]

/**
 * Runs one task for each agent of a selector, each decided for itself. The read model chooses, as of all that had happened when the call
 * came. Tasks are asked for in batches, and only their ids are kept, so memory does not grow with the parameter. All are durable before
 * the first is waited for. Of agents on which the caller may not run it nothing is told: they are not selected. Throws FORBIDDEN where he may
 * nowhere.
 */
export async function runSelected({ selector, ...input }: SelectedInput, most: number, context: RequestContext): Promise<SelectedRun | Refusal> {
  const { services } = context
  const refused = refusalOf(selector, input)
  if (refused) return refused
  const among = await services.access.runnableOn(context.caller, 'RunTask', input)
  await services.readPosition.reached(await services.commands.head(), ['agents'])
  const { select } = services.readModels.of(agentsReadModel)
  const agents = await select(parseSelector(selector), { app: input.app, most: most + 1, among })
  if (agents.length > most) return refusal('SELECTION_TOO_LARGE', `more than ${most} agents are selected; one call runs tasks on ${mostSelected}`)

  const key = input.idempotencyKey ?? randomUUID()
  const requestFor = ({ id }: SelectedAgent): Input => ({ ...input, agent: id, wait: false, idempotencyKey: keyFor(id, key) })
  const [outcomes, requests] = [new Map<string, string | AgentLeftOut>(), new Map<string, Input>()]
  for (const agent of agents) {
    const unfit = unfitness(agent, input)
    if (unfit) outcomes.set(agent.id, unfit)
    else requests.set(agent.id, requestFor(agent))
  }
  let position: Position | null = null
  let failed: ElvesError | null = null
  for (const batch of batchesOf([...requests], (input.param ?? '').length)) {
    const answers: readonly CommandAnswer<'task'>[] | ElvesError = failed ?? (await asked(batch, context))
    if (answers instanceof ElvesError) {
      for (const [id] of batch) outcomes.set(id, notAsked(id, answers, failed !== null))
      failed = answers
      continue
    }
    for (const [index, [id]] of batch.entries()) {
      const answer = answers[index]
      if (!answer) continue
      outcomes.set(id, answer.refusal ? { agent: id, code: answer.refusal.code, message: answer.refusal.message } : answer.taskId)
      position = later(position, answer.position)
    }
  }
  const isRun = (id: string) => typeof outcomes.get(id) === 'string'
  // Where no task is known, the error is the whole answer, as for a single task.
  if (failed && ![...outcomes.keys()].some(isRun)) throw failed
  if (input.wait ?? true)
    position = later(
      position,
      await waitForEnds(
        [...requests].filter(([id]) => isRun(id)),
        context,
      ),
    )
  const inOrder = agents.flatMap(({ id }) => outcomes.get(id) ?? [])
  const taskIds = inOrder.filter((outcome) => typeof outcome === 'string')
  return { selected: agents.length, taskIds, leftOut: inOrder.filter((outcome) => typeof outcome !== 'string'), position }
}

/** Returns the error where the write side gives no answer: the tasks of earlier batches run, and their ids must reach the caller. */
async function asked(batch: Batch, { services, caller }: RequestContext): Promise<readonly CommandAnswer<'task'>[] | ElvesError> {
  try {
    return await services.commands.runTasks(
      caller,
      batch.map(([, request]) => request),
    )
  } catch (error) {
    return asElvesError(error)
  }
}

function notAsked(agent: string, { code, message }: ElvesError, isLater: boolean): AgentLeftOut {
  const what = isLater ? 'no task was asked for' : 'whether it got a task is not known: look at its tasks, or repeat the call with its idempotencyKey'
  return { agent, code, message: `${what} (${message})` }
}

/** The same request with the same key is the same task: to ask again, with `wait`, waits for its end. */
async function waitForEnds(requests: Batch, context: RequestContext): Promise<Position | null> {
  let position: Position | null = null
  for (const batch of batchesOf(requests, (requests[0]?.[1].param ?? '').length)) {
    const waiting = batch.map(([id, request]) => [id, { ...request, wait: true }] as const)
    const answers = await asked(waiting, context)
    // The tasks are durable: the answer shows them as they are.
    if (answers instanceof ElvesError) break
    for (const answer of answers) position = later(position, answer.position)
  }
  return position
}

function later(one: Position | null, other: Position | null): Position | null {
  if (one === null || other === null) return one ?? other
  return one < other ? other : one
}

/** What is wrong for every agent is told once. */
function refusalOf(selector: string, input: Omit<Input, 'agent'>): Refusal | null {
  try {
    parseSelector(selector)
  } catch (error) {
    return { ...refusal('SELECTOR_INVALID', asElvesError(error).message), field: 'selector' }
  }
  const rejection = checkRequest(requestOf(runTask, { ...input, agent: '' }))
  return rejection && { code: rejection.rejected, message: rejection.message, field: rejection.field ?? null }
}

function refusal(code: RefusalCode, message: string): Refusal {
  return { code, message, field: null }
}

/** What the read model knows and the decision about a task does not ask: whether the agent was revoked, and whether it has the app. */
function unfitness({ id, isRevoked, hasApp }: SelectedAgent, { app, startWithinMs }: Omit<Input, 'agent'>): AgentLeftOut | null {
  if (isRevoked) return { agent: id, code: 'AGENT_REVOKED', message: `agent ${id} was revoked` }
  // A task that may wait may wait for its app, too.
  if (hasApp || (startWithinMs ?? 0) > 0) return null
  return { agent: id, code: 'APP_NOT_INSTALLED', message: `agent ${id} does not have app ${app}` }
}

/** A key of its own for each agent, so that a repeated call finds each task again, whichever agents it selects by then. */
function keyFor(agentId: string, key: string): string {
  return `selector-${createHash('sha256')
    .update(JSON.stringify([key, agentId]))
    .digest('hex')}`
}

function* batchesOf<Item>(items: readonly Item[], paramLength: number): Generator<readonly Item[]> {
  const size = Math.max(1, Math.min(batchTasks, Math.floor(batchChars / (paramLength + 1))))
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size)
}
