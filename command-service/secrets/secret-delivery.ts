import { agentAggregate, agentStream } from '@elves/core/domain/agent/agent.ts'
import { hasName } from '@elves/core/domain/scope.ts'
import { type SecretState, secretAggregate, secretIdOf, secretStream } from '@elves/core/domain/secret/secret.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { batched } from '@elves/core/foundation/batched.ts'
import { keyFingerprint } from '@elves/core/foundation/ed25519.ts'
import { sealForKey } from '@elves/core/foundation/hpke.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { decodeAs, encode, nameOf } from '@elves/schemas/codec/codec.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import type { EventContext, RunTask, TaskFailure } from '@elves/schemas/generated/types.ts'
import { secretNamesIn } from '@elves/schemas/link/secret-references.ts'
import { secretStatement } from '@elves/schemas/link/secret-statement.ts'
import { systemContext } from '../tasks/system-context.ts'
import type { TaskDecisions } from '../tasks/task-decisions.ts'
import type { ManifestSecrets } from './manifest-secrets.ts'
import type { SecretValues } from './secret-values.ts'

export interface SecretDeliveryOptions {
  readonly store: Pick<EventStore, 'readStreams'>
  /** Of secrets. */
  readonly aggregates: Pick<Aggregates, 'loadMany' | 'refresh'>
  /** Of agents. */
  readonly agents: Pick<Aggregates, 'load'>
  readonly decisions: Pick<TaskDecisions, 'handleMany'>
  readonly values: Pick<SecretValues, 'read'>
  readonly manifests: Pick<ManifestSecrets, 'of'>
  readonly logger: Logger
}

/**
 * Adds the secrets that a run uses to its instruction, sealed for its agent. A value is looked up when the instruction is to be sent, each
 * time: what was deleted meanwhile is not sent any more.
 */
export interface SecretDelivery {
  /**
   * Returns what to send: the same instruction where it uses no secret; null where nothing is to be sent now. Then the attempt has ended, or
   * something is not to be had, and the deadlines send it again.
   */
  complete(agentId: string, instruction: Uint8Array): Promise<Uint8Array | null>
}

/** An instruction that uses secrets. */
interface Asked {
  readonly agentId: string
  readonly task: RunTask
  readonly names: readonly string[]
}

/** What becomes of one: its secrets with their values, or why they are not to be had. */
type Found = { readonly secrets: readonly (Pick<SecretState, 'name' | 'version'> & { readonly value: string })[] } | TaskFailure

const mostAtOnce = 200
/** A value that is not there may have been replaced a moment ago, so it is looked for again. */
const tries = 3
/** Bytes of the values of one instruction, as JSON: a frame and a record of Kafka have room for them, with the parameter. */
const mostBytes = 256 * 1024

export function secretDelivery(options: SecretDeliveryOptions): SecretDelivery {
  const { store, aggregates, agents, decisions, values, manifests, logger } = options

  async function namesFor(agentId: string, { app, param }: RunTask): Promise<readonly string[]> {
    const inParam = secretNamesIn(inlineText(param))
    const named = 'wrong' in inParam ? [] : inParam
    const inManifest = await manifests.of(agentId, app)
    return inManifest.length === 0 ? named : [...new Set([...named, ...inManifest])]
  }

  async function find(all: readonly Asked[]): Promise<Map<Asked, Found>> {
    const found = new Map<Asked, Found>()
    for (let turn = 1; found.size < all.length; turn++) {
      const left = all.filter((asked) => !found.has(asked))
      const names = [...new Set(left.flatMap((asked) => asked.names))]
      const streams = names.map((name) => secretStream(secretIdOf(name)))
      // Not by what this process remembers: another one may have deleted it a moment ago.
      await aggregates.refresh(streams)
      const states = (await aggregates.loadMany(secretAggregate, streams)).map(({ state }) => state)
      const wanted = names.map((name, index) => ({ secretId: secretIdOf(name), valueId: states[index]?.valueId ?? '' }))
      const read = await values.read(wanted)
      const byName = new Map(names.map((name, index) => [name, { state: states[index], value: read[index] ?? null }]))
      for (const asked of left) {
        const result = foundFor(asked, byName)
        if (!('code' in result) || result.code !== 'SECRET_VALUE_MISSING' || turn >= tries) found.set(asked, result)
      }
    }
    return found
  }

  /** Returns what to send for each; null: nothing. */
  async function completeAll(all: readonly Asked[]): Promise<readonly (Uint8Array | null)[]> {
    const found = await find(all)
    const histories = await store.readStreams(all.map(({ task }) => taskStream(task.taskId)))
    const keys = await Promise.all(
      all.map(async ({ agentId }) => (await agents.load(agentAggregate, agentStream(agentId))).state.enrolment.publicKey),
    )
    const decided = all.map((asked, index) => decisionFor(asked, found.get(asked) as Found, keys[index] ?? null, histories[index] ?? []))
    const handled = await decisions.handleMany(decided.map(({ handle }) => handle))
    return all.map(({ agentId, task }, index) => {
      const { failure, seal } = decided[index] as Decided
      if (failure) {
        logger.warn({ agentId, taskId: task.taskId, attempt: task.attempt, code: failure.code }, 'a task is not sent, because of its secrets')
        return null
      }
      const state = handled[index]?.state
      return state?.phase === 'DISPATCHED' && state.attempt === task.attempt && !state.isCancelRequested ? seal() : null
    })
  }

  const completeInTurn = batched<Asked, Uint8Array | null>({
    maxBatch: mostAtOnce,
    keysOf: ({ task }) => [task.taskId],
    run: completeAll,
  })

  return {
    async complete(agentId, instruction) {
      if (nameOf(instruction) !== 'RunTask') return instruction
      const task = decodeAs('RunTask', instruction)
      try {
        const names = await namesFor(agentId, task)
        return names.length === 0 ? instruction : await completeInTurn({ agentId, task, names })
      } catch (error) {
        logger.warn({ err: error, agentId, taskId: task.taskId }, 'a task could not get its secrets now; it is tried again')
        return null
      }
    },
  }
}

interface Decided {
  readonly handle: Parameters<TaskDecisions['handleMany']>[0][number]
  readonly failure: TaskFailure | null
  seal(): Uint8Array
}

function decisionFor({ agentId, task, names }: Asked, found: Found, publicKey: string | null, history: readonly RecordedEvent[]): Decided {
  const { taskId, attempt } = task
  const stream = taskStream(taskId)
  const failure = 'code' in found ? found : failureOfKey(publicKey, found.secrets)
  if (failure || 'code' in found || publicKey === null) {
    const command = { type: 'WithholdSecrets' as const, attempt, failure: failure as TaskFailure, now: Date.now() }
    return { handle: { stream, commands: [command], context: systemContext('secrets', history) }, failure, seal: () => Buffer.alloc(0) }
  }
  const secrets = found.secrets.map(({ name, version }) => ({ name, version }))
  const command = { type: 'UseSecrets' as const, attempt, secrets, fingerprint: keyFingerprint(publicKey) }
  return {
    handle: { stream, commands: [command], context: contextOfUse(history) },
    failure: null,
    seal() {
      const text = JSON.stringify(Object.fromEntries(found.secrets.map(({ name, value }) => [name, value])))
      const secretNames = [...names].sort()
      const sealedSecrets = sealForKey(publicKey, Buffer.from(text), secretStatement(agentId, { taskId, attempt, secretNames }))
      return encode('RunTask', { ...task, secretNames, sealedSecrets })
    },
  }
}

/** Who asked for the task uses its secrets. */
function contextOfUse(history: readonly RecordedEvent[]): EventContext {
  const asked = history[0]?.context
  const context = systemContext('secrets', history)
  return asked ? { ...context, actor: asked.actor } : context
}

function failureOfKey(publicKey: string | null, secrets: readonly { readonly value: string }[]): TaskFailure | null {
  const code = 'SECRET_UNDELIVERABLE'
  if (publicKey === null) return { code, message: 'the agent has no key, so nothing can be encrypted for it' }
  const bytes = secrets.reduce((sum, { value }) => sum + Buffer.byteLength(JSON.stringify(value)), 0)
  return bytes > mostBytes ? { code, message: `the secrets of the task have ${bytes} bytes together, at most ${mostBytes} are sent` } : null
}

function foundFor(
  { task, names }: Asked,
  byName: ReadonlyMap<string, { readonly state: SecretState | undefined; readonly value: string | null }>,
): Found {
  const secrets: { readonly name: string; readonly version: number; readonly value: string }[] = []
  for (const name of [...names].sort()) {
    const { state, value = null } = byName.get(name) ?? {}
    if (state?.phase !== 'CURRENT') return { code: 'SECRET_GONE', message: `there is no secret ${name} any more` }
    if (!hasName(state.apps, task.app)) return { code: 'SECRET_GONE', message: `secret ${name} is not for tasks of ${task.app}` }
    if (value === null) return { code: 'SECRET_VALUE_MISSING', message: `the value of secret ${name} is not there, or its master key is gone` }
    secrets.push({ name, version: state.version, value })
  }
  return { secrets }
}
