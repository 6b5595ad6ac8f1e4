import { randomUUID } from 'node:crypto'
import { agentStream } from '@elves/core/domain/agent/agent.ts'
import { agentIpStream } from '@elves/core/domain/agent-ip/agent-ip.ts'
import { agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import { inventoryStream } from '@elves/core/domain/inventory/inventory.ts'
import { joinTokenStream } from '@elves/core/domain/join-token/join-token.ts'
import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { Append, EventStore } from '@elves/core/eventing/event-store.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import type { EventContext, TaskOutput } from '@elves/schemas/generated/types.ts'
import { accessLives } from './sample-access.ts'
import { agentAppsLife, appLife } from './sample-apps.ts'
import { contextOf, hex, pick, type StreamPart, seeded } from './sample-parts.ts'
import { processorLife, queueLife, scheduleLife } from './sample-plans.ts'
import { userLives } from './sample-users.ts'
import { webhookLife } from './sample-webhook.ts'

export interface SampleHistory {
  readonly seed: number
  readonly tasks: number
  readonly agents: number
  /** Queues, and as many schedules and processors; each queue and schedule has tasks of its own besides. Default 0. */
  readonly plans?: number
}

/**
 * Makes histories of agents, of tasks with every outcome, and of queues, schedules and apps, interleaved at random: one append per event, in
 * the order of the log.
 */
export function sampleHistory({ seed, tasks, agents, plans = 0 }: SampleHistory): readonly Append[] {
  const random = seeded(seed)
  const agentIds = Array.from({ length: agents }, (_, index) => hex(random, 31) + (index % 16).toString(16))
  const lives = [
    ...agentIds.map((agentId, index) => agentLife(agentId, `10.0.${seed % 256}.${index}`, agentIds[index - 1] ?? null, random)),
    ...Array.from({ length: tasks }, () => taskLife(pick(agentIds, random), random)),
    ...Array.from({ length: plans }, () => [
      queueLife(agentIds, random),
      scheduleLife(agentIds, random),
      processorLife(random),
      webhookLife(agentIds, random),
    ]).flat(),
    ...(plans > 0 ? [inventoryLife(agentIds), ...userLives(), ...accessLives(), ...appLives(agentIds, random)] : []),
  ]
  const versions = new Map<string, number>()
  const appends: Append[] = []
  let open = lives.filter((life) => life.length > 0)
  while (open.length > 0) {
    const { stream, event, context } = pick(open, random).shift() as StreamPart
    const expectedVersion = versions.get(stream) ?? -1
    versions.set(stream, expectedVersion + 1)
    appends.push({ stream, expectedVersion, events: [{ id: randomUUID(), event, context }] })
    open = open.filter((life) => life.length > 0)
  }
  return appends
}

/** Appends in order, so that the positions follow the order of the history. */
export async function appendInOrder(store: EventStore, appends: readonly Append[]): Promise<void> {
  let waiting: Append[] = []
  const streams = new Set<string>()
  const flush = async () => {
    if (waiting.length > 0) await store.append(waiting)
    waiting = []
    streams.clear()
  }
  for (const append of appends) {
    if (streams.has(append.stream)) await flush()
    streams.add(append.stream)
    waiting.push(append)
  }
  await flush()
}

function agentLife(agentId: string, ip: string, neighbour: string | null, random: () => number): StreamPart[] {
  const context = contextOf({ kind: 'AGENT', id: agentId, name: null }, randomUUID())
  const facts = (version: string) => ({
    name: `host-${ip}`,
    version,
    platform: 'linux-x64',
    labels: { room: 'ü1' },
    apps: [{ name: 'apptest', version, isLocal: true }],
  })
  const link = { agentId, sessionId: 's', bootId: 'b', journalId: 'j', gatewayId: 'g', remoteAddress: ip, clockOffsetMs: 0 }
  const part = (stream: string, event: DomainEvent): StreamPart => ({ stream, event, context })
  const life = [
    ...enrolledLife(agentId, ip, part),
    part(agentStream(agentId), { type: 'AgentRegistered', data: { agentId, ip, facts: facts('1') } }),
    part(agentIpStream(ip), { type: 'AgentIpClaimed', data: { ip, agentId, previousAgentId: null } }),
    part(agentLinkStream(agentId), { type: 'AgentConnected', data: link }),
    part(agentStream(agentId), { type: 'AgentFactsChanged', data: { agentId, ip, facts: facts('2') } }),
    ...cronsLife(agentId, part),
    part(agentLinkStream(agentId), { type: 'AgentLost', data: { agentId, sessionId: 's', lastSeenAt: 1 } }),
    part(agentLinkStream(agentId), { type: 'AgentRecovered', data: link }),
    part(agentLinkStream(agentId), { type: 'AgentDuplicateRefused', data: { agentId, bootId: 'other', remoteAddress: ip } }),
    part(agentLinkStream(agentId), { type: 'AgentDisconnected', data: { agentId, sessionId: 's', reason: 'GOODBYE' } }),
  ]
  if (random() < 0.5)
    life.push(part(agentLinkStream(agentId), { type: 'AgentRemoved', data: { agentId, reason: 'ü scrapped', idempotencyKey: 'k' } }))
  if (random() < 0.3) life.push(part(agentLinkStream(agentId), { type: 'AgentConnected', data: link }))
  if (random() < 0.3) life.push(part(agentStream(agentId), { type: 'AgentRevoked', data: { agentId, reason: 'ü stolen', idempotencyKey: 'k' } }))
  if (neighbour !== null && random() < 0.5) {
    life.push(part(agentIpStream(ip), { type: 'AgentIpClaimed', data: { ip, agentId: neighbour, previousAgentId: agentId } }))
  }
  return life.slice(0, 9 + Math.floor(random() * (life.length - 8)))
}

/** How an agent enrols, and what is decided about it then. */
function enrolledLife(agentId: string, ip: string, part: (stream: string, event: DomainEvent) => StreamPart): StreamPart[] {
  const tokenId = agentId.slice(0, 16).toUpperCase()
  const token = joinTokenStream(tokenId)
  const createdBy = { kind: 'LOCAL', id: 'ann', name: 'A person' } as const
  const settings = { name: 'ü', secretHash: 'hash', expiresAt: 9, maxUses: 2, labels: { site: '字' }, approve: false, isOwn: false, createdBy }
  const key = { publicKey: 'key', fingerprint: 'SHA256:key' }
  const from = { agentId, bootId: 'b', remoteAddress: ip }
  const enrolled = { agentId, ...key, joinTokenId: tokenId, enrolledBy: createdBy, labels: settings.labels, isApproved: false, remoteAddress: ip }
  return [
    part(token, { type: 'JoinTokenCreated', data: { ...settings, idempotencyKey: null } }),
    part(token, { type: 'JoinTokenUsed', data: { ...from, fingerprint: key.fingerprint } }),
    part(agentStream(agentId), { type: 'AgentEnrolled', data: enrolled }),
    part(token, { type: 'JoinTokenRefused', data: { ...from, bootId: 'other', code: 'JOIN_TOKEN_EXPIRED' } }),
    part(token, { type: 'JoinTokenRevoked', data: { reason: 'ü lost' } }),
    part(agentStream(agentId), { type: 'AgentApproved', data: { agentId } }),
    part(agentStream(agentId), { type: 'AgentLabelsSet', data: { agentId, labels: { env: 'ü' } } }),
    part(agentStream(agentId), { type: 'AgentInventoryLabelsSet', data: { agentId, source: 'cmdb', labels: { 机房: '上海' } } }),
    part(agentStream(agentId), { type: 'AgentInventoryLabelsSet', data: { agentId, source: 'racks', labels: { rack: 'ü' } } }),
    part(agentStream(agentId), { type: 'AgentInventoryLabelsSet', data: { agentId, source: 'racks', labels: {} } }),
    part(agentStream(agentId), {
      type: 'AgentKeyRotated',
      data: { agentId, publicKey: 'next', fingerprint: 'SHA256:next', earlierFingerprint: key.fingerprint, remoteAddress: ip },
    }),
    part(agentStream(agentId), { type: 'AgentKeyRefused', data: { ...from, bootId: 'other', fingerprint: null, code: 'AGENT_KEY_MISMATCH' } }),
  ]
}

/** Their names are those of one history, as ids are. */
function appLives(agentIds: readonly string[], random: () => number): StreamPart[][] {
  const apps = ['shop', 'till', 'elves-agent-linux'].map((name) => `${name}-${hex(random, 6)}`)
  return [...apps.map((app) => appLife(app, agentIds, random)), ...agentIds.map((agentId) => agentAppsLife(agentId, apps, random))]
}

/** Two sources of labels: one that fails and is back, one that is removed. */
function inventoryLife(agentIds: readonly string[]): StreamPart[] {
  const context = contextOf({ kind: 'SYSTEM', id: 'inventory', name: null }, randomUUID())
  const part = (event: DomainEvent): StreamPart => ({ stream: inventoryStream, event, context })
  const settings = { kind: 'HTTP', location: 'https://example.com/字', matchBy: 'ip', everyMs: 60_000 }
  const counts = { entries: 3, agents: 2, skipped: 1 }
  const some = agentIds.slice(0, 2)
  return [
    part({ type: 'InventorySourceSet', data: { source: 'cmdb', ...settings } }),
    part({ type: 'InventorySourceSet', data: { source: 'racks', ...settings, kind: 'FILE' } }),
    part({ type: 'InventoryAgentsAdded', data: { source: 'cmdb', agentIds: some } }),
    part({ type: 'InventorySynced', data: { source: 'cmdb', ...counts } }),
    part({ type: 'InventoryFailed', data: { source: 'racks', error: 'ü' } }),
    part({ type: 'InventoryFailed', data: { source: 'cmdb', error: 'HTTP 500' } }),
    part({ type: 'InventorySourceRemoved', data: { source: 'racks' } }),
    part({ type: 'InventorySynced', data: { source: 'cmdb', ...counts } }),
    part({ type: 'InventoryAgentsDropped', data: { source: 'cmdb', agentIds: some.slice(0, 1) } }),
  ]
}

/** What an agent tells of its own crons. */
function cronsLife(agentId: string, part: (stream: string, event: DomainEvent) => StreamPart): StreamPart[] {
  const cron = {
    id: 'every "ü"',
    comment: 'ü',
    app: 'apptest',
    func: 'helloword',
    processor: false,
    rule: '* * * * * *',
    isEnabled: true,
    error: null,
  }
  const drops = { agentId, journalId: 'j', count: 3, firstFireAt: 1_700_000_000_000, lastFireAt: 1_700_000_002_000 }
  return [
    part(agentStream(agentId), { type: 'AgentCronsChanged', data: { agentId, timeZone: 'UTC', crons: [cron], fileError: null } }),
    part(agentStream(agentId), { type: 'AgentCronRunsDropped', data: { ...drops, batch: 1 } }),
    part(agentStream(agentId), { type: 'AgentCronsChanged', data: { agentId, timeZone: 'UTC', crons: [], fileError: 'not JSON' } }),
    part(agentStream(agentId), { type: 'AgentCronRunsDropped', data: { ...drops, batch: 2, count: 1 } }),
  ]
}

function taskLife(agentId: string, random: () => number): StreamPart[] {
  const stream = taskStream(hex(random, 16).toUpperCase())
  const app = pick(['apptest', 'deploy', 'backup'], random)
  const correlationId = randomUUID()
  const person = contextOf({ kind: 'LOCAL', id: pick(['local', 'ann'], random), name: 'A person' }, correlationId)
  const agent = contextOf({ kind: 'AGENT', id: agentId, name: null }, correlationId)
  const system = contextOf({ kind: 'SYSTEM', id: 'deadlines', name: null }, correlationId)
  const attempt = { agentId, app, attempt: 1 }
  const request = {
    kind: 'INSTANT' as const,
    agentId,
    app,
    agentIp: '10.0.0.1',
    func: 'helloword',
    proxy: null,
    processor: random() < 0.5,
    timeoutMs: 90_000,
  }
  const isCronRun = random() < 0.2
  const ofCron = isCronRun ? ({ kind: 'AGENT_CRON', cronId: pick(['every "ü"', 'b'], random), fireAt: 1_700_000_000_000 } as const) : {}
  const param = random() < 0.5 ? null : inlineValue('{"text":"\\u0000 ü 字"}')
  const life: StreamPart[] = [
    {
      stream,
      event: { type: 'TaskRequested', data: { ...request, ...noTaskOptions, ...ofCron, param, idempotencyKey: null, requestHash: null } },
      context: isCronRun ? agent : person,
    },
    { stream, event: { type: 'TaskDispatched', data: { ...attempt, journalId: 'j', notAfter: 1, deadlineAt: 2 } }, context: person },
    { stream, event: { type: 'TaskAcknowledged', data: { ...attempt, happenedAt: 1 } }, context: agent },
    { stream, event: { type: 'TaskStarted', data: { ...attempt, happenedAt: 1 } }, context: agent },
  ]
  if (random() < 0.3) {
    const secrets = [{ name: 'db', version: 2 }]
    life.splice(2, 0, { stream, event: { type: 'TaskSecretsUsed', data: { ...attempt, secrets, fingerprint: 'SHA256:ü' } }, context: person })
  }
  if (random() < 0.2)
    life.push({ stream, event: { type: 'TaskCancelRequested', data: { agentId, app, reason: 'why', idempotencyKey: null } }, context: person })
  if (random() < 0.25) return waitingLife(stream, attempt, { person, agent, system }, random)
  const end = pick(ends, random)(attempt)
  const isOver = random() < 0.85
  if (isOver) life.push({ stream, event: end, context: end.type === 'TaskLost' ? system : agent })
  if (isOver && end.type === 'TaskLost') life.push({ stream, event: succeeded(attempt, true), context: agent })
  if (isOver && request.processor) life.push(...processingLife(stream, attempt, agent, random))
  if (isOver && random() < 0.2) {
    const report = { report: 'ENDED' as const, outcome: 'SUCCEEDED' as const, reason: 'DUPLICATE' as const }
    life.push({ stream, event: { type: 'TaskReportIgnored', data: { ...attempt, ...report } }, context: agent })
  }
  return isOver ? life : life.slice(0, 1 + Math.floor(random() * life.length))
}

/** The agent hands the result on; the processor takes it at once, later, never, or not yet. */
function processingLife(stream: string, attempt: Attempt, context: EventContext, random: () => number): StreamPart[] {
  const part = (event: DomainEvent): StreamPart => ({ stream, event, context })
  const told = { ...attempt, happenedAt: 4 }
  const life = [part({ type: 'TaskProcessingStarted', data: { ...attempt, journalId: 'journal' } })]
  if (random() < 0.5) life.push(part({ type: 'TaskProcessingDelayed', data: { ...told, calls: 1, error: 'ü refused' } }))
  if (random() < 0.6) life.push(part({ type: 'TaskProcessed', data: { ...told, calls: 2, answer: 'taken 字' } }))
  else if (random() < 0.5)
    life.push(part({ type: 'TaskProcessingFailed', data: { ...told, calls: 9, error: 'gave up', outcomeUnknown: life.length === 1 } }))
  return life
}

interface Contexts {
  readonly person: EventContext
  readonly agent: EventContext
  readonly system: EventContext
}

/** A task of a queue that waits for its queue, its agent and its next attempts, and is skipped, cancelled or succeeds at last. */
function waitingLife(stream: string, { agentId, app }: Attempt, { person, agent, system }: Contexts, random: () => number): StreamPart[] {
  const about = { agentId, app }
  const part = (event: DomainEvent, context: EventContext): StreamPart => ({ stream, event, context })
  const waiting = (attempt: number, reason: 'QUEUE' | 'AGENT' | 'RETRY'): StreamPart => {
    const notBefore = reason === 'RETRY' ? 4 : null
    return part({ type: 'TaskWaiting', data: { ...about, attempt, reason, notBefore, startBefore: reason === 'QUEUE' ? null : 5 } }, system)
  }
  const retry = { attempts: 3, delayMs: 1, factor: 1.5, maxDelayMs: 9, on: ['FAILED', 'LOST'] } as const
  const options = {
    startWithinMs: 30_000,
    retry,
    queueId: hex(random, 16).toUpperCase(),
    scheduleId: null,
    cronId: null,
    fireAt: 1_700_000_000_000,
    parents: ['00000000000000AA'],
  }
  const request = {
    ...about,
    kind: 'QUEUE',
    agentIp: '10.0.0.1',
    func: 'helloword',
    param: null,
    proxy: null,
    processor: false,
    timeoutMs: 0,
  } as const
  const life = [
    part({ type: 'TaskRequested', data: { ...request, ...options, idempotencyKey: null, requestHash: 'h' } }, person),
    waiting(1, 'QUEUE'),
  ]
  if (random() < 0.5) life.push(waiting(1, 'AGENT'))
  const attempts = Math.floor(random() * 4)
  for (let attempt = 1; attempt <= attempts; attempt++) {
    life.push(part({ type: 'TaskDispatched', data: { ...about, attempt, journalId: 'j', notAfter: 1, deadlineAt: null } }, system))
    if (random() < 0.7) life.push(part({ type: 'TaskAcknowledged', data: { ...about, attempt, happenedAt: 1 } }, agent))
    if (attempt === 3) return [...life, part(succeeded({ ...about, attempt }, false), agent)]
    const isLost = random() < 0.3
    const how = isLost ? ({ outcome: 'LOST', output: null, killed: null } as const) : ({ outcome: 'FAILED', output, killed: 'VERIFIED' } as const)
    life.push(
      part({ type: 'TaskAttemptEnded', data: { ...about, attempt, happenedAt: 2, failure, ...how } }, isLost ? system : agent),
      waiting(attempt + 1, 'RETRY'),
    )
  }
  const isSkipped = random() < 0.4
  if (isSkipped) life.push(part({ type: 'TaskSkipped', data: { ...about, failure: { code: 'START_EXPIRED', message: 'ü' } } }, system))
  else if (random() < 0.4) {
    const cancelled = { ...about, attempt: attempts, happenedAt: 3, reason: 'why', output: null, killed: null, isLate: false }
    life.push(
      part({ type: 'TaskCancelRequested', data: { ...about, reason: 'why', idempotencyKey: 'k' } }, person),
      part({ type: 'TaskCancelled', data: cancelled }, person),
    )
  }
  return life
}

type Attempt = { readonly agentId: string; readonly app: string; readonly attempt: number }

const output: TaskOutput = {
  workerFlag: 1,
  message: inlineValue('line 1\nline 2 \u0000'),
  costMs: 7,
  truncated: false,
  byteCount: 15,
  sha256: null,
  altered: false,
  printed: null,
  exit: null,
}
const exited: TaskOutput = { ...output, exit: { code: 3, signal: null, standardError: 'why ü', standardErrorBytes: 7 } }
const killed: TaskOutput = { ...output, exit: { code: null, signal: 'SIGKILL', standardError: '', standardErrorBytes: 0 } }
const failure = { code: 'WORKER_SAID_NO', message: 'no' }

function succeeded(attempt: Attempt, isLate: boolean): DomainEvent {
  return { type: 'TaskSucceeded', data: { ...attempt, happenedAt: 2, output, isLate } }
}

const ends: readonly ((attempt: Attempt) => DomainEvent)[] = [
  (attempt) => succeeded(attempt, false),
  (attempt) => succeeded(attempt, false),
  (attempt) => ({ type: 'TaskFailed', data: { ...attempt, happenedAt: 2, failure, output: exited, killed: null, isLate: false } }),
  (attempt) => ({ type: 'TaskTimedOut', data: { ...attempt, happenedAt: 2, failure, output: killed, killed: 'VERIFIED', isLate: false } }),
  (attempt) => ({ type: 'TaskCancelled', data: { ...attempt, happenedAt: 2, reason: null, output: null, killed: null, isLate: false } }),
  (attempt) => ({ type: 'TaskRejected', data: { ...attempt, happenedAt: 2, failure, output, isLate: false } }),
  (attempt) => ({ type: 'TaskLost', data: { ...attempt, failure } }),
]
