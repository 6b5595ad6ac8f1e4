import { randomUUID } from 'node:crypto'
import { callHandler, handles } from '@elves/command-service/command-handlers.ts'
import { cancelTask } from '@elves/core/command-api/cancel-task.ts'
import { type Caller, type CommandAnswer, requestOf } from '@elves/core/command-api/command.ts'
import type { CommandApi, TaskAnswer } from '@elves/core/command-api/command-api.ts'
import { type RemoveAgentRequest, removeAgent } from '@elves/core/command-api/remove-agent.ts'
import { type RunTaskRequest, runTask } from '@elves/core/command-api/run-task.ts'
import { tellRefusedRequest } from '@elves/core/command-api/tell-refused-request.ts'
import {
  agentLinkAggregate,
  agentLinkStream,
  decideAgentLink,
  evolveAgentLink,
  initialAgentLinkState,
} from '@elves/core/domain/agent-link/agent-link.ts'
import { type Decision, isRejection } from '@elves/core/domain/decision.ts'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import { refusedRequestStream } from '@elves/core/domain/refused-request/refused-request.ts'
import type { TaskCommand } from '@elves/core/domain/task/commands.ts'
import { decideTask } from '@elves/core/domain/task/decide.ts'
import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import { evolveTask, initialTaskState } from '@elves/core/domain/task/state.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { RefusalCode } from '@elves/core/foundation/codes.ts'
import { hexIdForKey, randomHexId } from '@elves/core/foundation/ids.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'

export interface MemoryCommandApi extends CommandApi {
  /** Requests in the order of arrival. */
  readonly requests: RunTaskRequest[]
  readonly callers: Caller[]
  /** Registers and connects an agent. */
  addAgent(agentId: string, ip: string): Promise<void>
  append(stream: string, events: readonly DomainEvent[], caller?: Caller): Promise<readonly RecordedEvent[]>
}

const system: Caller = { actor: { kind: 'SYSTEM', id: 'test', name: null }, correlationId: 'test', metadata: {} }

/** The write side without agents: the real decisions on a store. If a caller waits for a task, its worker answers "ok" at once. */
export function memoryCommandApi(store: EventStore): MemoryCommandApi {
  const agents = new Map<string, string>()
  const requests: RunTaskRequest[] = []
  const callers: Caller[] = []

  async function append(stream: string, events: readonly DomainEvent[], caller: Caller = system): Promise<readonly RecordedEvent[]> {
    const { length } = await store.readStream(stream)
    const context = { actor: caller.actor, correlationId: caller.correlationId, causationId: null, metadata: caller.metadata }
    const [result] = await store.append([
      { stream, expectedVersion: length - 1, events: events.map((event) => ({ id: randomUUID(), event, context })) },
    ])
    if (!result?.ok) throw new Error(`version conflict in ${stream}`)
    return result.recorded
  }

  async function handle(caller: Caller, taskId: string, commands: readonly TaskCommand[]): Promise<TaskAnswer> {
    const stream = taskStream(taskId)
    const past = (await store.readStream(stream)) as readonly RecordedEvent<TaskEvent>[]
    let state = past.reduce((folded, { event }) => evolveTask(folded, event), initialTaskState)
    const events: TaskEvent[] = []
    for (const command of commands) {
      const decision: Decision<TaskEvent> = decideTask(command, state)
      if (isRejection(decision)) return refused(decision.rejected, decision.message, decision.field ?? null)
      for (const event of decision) state = evolveTask(state, event)
      events.push(...decision)
    }
    if (events.length > 0) await append(stream, events, caller)
    const all = await store.readStream(stream)
    return { taskId, events: all, position: all.at(-1)?.position ?? '', refusal: null }
  }

  async function run(caller: Caller, request: RunTaskRequest): Promise<TaskAnswer> {
    requests.push(request)
    callers.push(caller)
    const found = [...agents].find(([id, ip]) => id === request.agent || ip === request.agent)
    if (!found) return refused('AGENT_UNKNOWN', 'no agent has this id or ip', 'agent')
    const [agentId, agentIp] = found
    const key = request.idempotencyKey
    const taskId = key === null ? randomHexId() : hexIdForKey(caller.actor, 'runTask', key)
    const { wait, agent: _, ...rest } = request
    const now = Date.now()
    const requestHash = JSON.stringify(rest)
    const center = { agentId, agentIp, requestHash, journalId: 'j', now, startAllowanceMs: 30_000, deadlineGraceMs: 15_000 }
    const running: TaskCommand = { type: 'RequestTask', kind: 'INSTANT', ...noTaskOptions, ...rest, ...center, isHeld: false }
    const at = { agentId, attempt: 1, happenedAt: now }
    const message = inlineValue('ok')
    const output = { workerFlag: 1, message, costMs: 1, truncated: false, byteCount: 2, sha256: null, altered: false, printed: null, exit: null }
    const reports: TaskCommand[] = [
      { type: 'RecordAcknowledged', ...at },
      { type: 'RecordStarted', ...at },
      { type: 'RecordEnded', ...at, outcome: 'SUCCEEDED', failure: null, output, killed: null, processing: false, now },
    ]
    return handle(caller, taskId, wait ? [running, ...reports] : [running])
  }

  async function remove(caller: Caller, { agent, reason, idempotencyKey }: RemoveAgentRequest): Promise<CommandAnswer<'agent'>> {
    const found = [...agents].find(([id, ip]) => id === agent || ip === agent)
    if (!found) return noAgent('AGENT_UNKNOWN', 'no agent has this id or ip')
    const [agentId] = found
    const stream = agentLinkStream(agentId)
    const past = (await store.readStream(stream)).filter((recorded) => agentLinkAggregate.isEvent(recorded))
    const state = past.reduce((folded, { event }) => evolveAgentLink(folded, event), initialAgentLinkState)
    const decision = decideAgentLink({ type: 'Remove', agentId, reason, idempotencyKey }, state)
    if (isRejection(decision)) return noAgent(decision.rejected, decision.message)
    if (decision.length > 0) await append(stream, decision, caller)
    const events = (await store.readStream(stream)).filter(({ event }) => event.type === 'AgentRemoved').slice(-1)
    return { agentId, events, position: events[0]?.position ?? '', refusal: null }
  }

  const handlers = [
    handles(cancelTask, (caller, { id, reason, idempotencyKey }) =>
      handle(caller, id, [{ type: 'CancelTask', reason, idempotencyKey, now: Date.now() }]),
    ),
    handles(removeAgent, remove),
    handles(tellRefusedRequest, async (caller, { idempotencyKey: _, ...told }) => {
      await append(refusedRequestStream(told.reason, told.firstAt), [{ type: 'RequestRefused', data: told }], caller)
      return { refusedRequestId: caller.correlationId, events: [], position: await store.head(), refusal: null }
    }),
  ]
  return {
    requests,
    callers,
    append,
    async addAgent(agentId, ip) {
      agents.set(agentId, ip)
      const facts = {
        name: `host-${ip}`,
        version: '0.2.0',
        platform: 'linux-x64',
        labels: { zone: 'a' },
        apps: [{ name: 'apptest', version: '1', isLocal: true }],
      }
      const link = { sessionId: 's', bootId: 'b', journalId: 'j', gatewayId: 'g', remoteAddress: ip, clockOffsetMs: 0 }
      await append(`agent-${agentId}`, [{ type: 'AgentRegistered', data: { agentId, ip, facts } }])
      await append(`agentip-${ip}`, [{ type: 'AgentIpClaimed', data: { ip, agentId, previousAgentId: null } }])
      await append(`agentlink-${agentId}`, [{ type: 'AgentConnected', data: { agentId, ...link } }])
    },
    runTasks: (caller, all) => Promise.all(all.map((request) => run(caller, requestOf(runTask, request)))),
    call: callHandler(handlers),
    identify: async () => null,
    lastUses: async () => new Map(),
    personalKeys: async () => new Map(),
    noteAuthKeyUse: async () => undefined,
    head: () => store.head(),
  }
}

function noAgent(code: RefusalCode, message: string): CommandAnswer<'agent'> {
  return { agentId: null, events: [], position: null, refusal: { code, message, field: 'agent' } }
}

function refused(code: Extract<TaskAnswer, { taskId: null }>['refusal']['code'], message: string, field: string | null): TaskAnswer {
  return { taskId: null, events: [], position: null, refusal: { code, message, field } }
}
