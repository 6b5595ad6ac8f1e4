import { agentAggregate, agentStream } from '@elves/core/domain/agent/agent.ts'
import { agentWaits, type Enrolment, keyNotProven, type PresentedKey, refusalOfKey } from '@elves/core/domain/agent/enrolment.ts'
import { agentDuplicate, agentLinkAggregate, agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import { invalidJoinToken, joinTokenAggregate, joinTokenStream, refusalOfUse, type TokenUse } from '@elves/core/domain/join-token/join-token.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { batched } from '@elves/core/foundation/batched.ts'
import { keyFingerprint } from '@elves/core/foundation/ed25519.ts'
import type { AgentFacts, EventContext } from '@elves/schemas/generated/types.ts'
import { hashOfJoinToken, idOfJoinToken, ownJoinToken } from '../join-tokens/token-text.ts'

/** A hello that asks to be let in. */
export interface Asking {
  readonly agentId: string
  readonly bootId: string
  readonly sessionId: string
  readonly ip: string
  readonly facts: AgentFacts
  readonly remoteAddress: string
  readonly joinToken: string
  /** Null: an agent of a release without keys. */
  readonly key: PresentedKey | null
}

/** Decides whether a process may speak for the agent that it says it is. Rejects with STORE_UNAVAILABLE (canRetry). */
export interface Admission {
  /**
   * Returns null if it may, durably: its key is pinned and it is approved. Otherwise why not. Ask before anything else happens
   * because of a hello.
   */
  admit(asking: Asking): Promise<Rejection | null>
  /** Returns true if the agent was revoked, as far as this process knows. */
  isRevoked(agentId: string): Promise<boolean>
  /** Makes the join token of ELVES_JOIN_TOKEN where it is not there yet. */
  makeOwnToken(): Promise<void>
}

export interface AdmissionSettings {
  /** The platform's own join token. */
  readonly joinToken: string
  /** Whether agents of releases without keys are served. */
  readonly keylessAgents: boolean
}

/** Most hellos in one append. */
const mostAtOnce = 500

export function admission({ aggregates, settings }: { readonly aggregates: Aggregates; readonly settings: AdmissionSettings }): Admission {
  return new Admitting(aggregates, settings)
}

type Answers = Map<Asking, Rejection>

class Admitting implements Admission {
  readonly #admitInTurn = batched<Asking, Rejection | null>({
    maxBatch: mostAtOnce,
    keysOf: ({ agentId }) => [agentId],
    run: (askings) => this.#admitAll(askings),
  })
  readonly #refuseInTurn = batched<Asking, Rejection>({
    maxBatch: mostAtOnce,
    keysOf: ({ agentId }) => [agentId],
    run: async (askings) => {
      const answers = new Map(askings.map((asking) => [asking, keyNotProven()]))
      await this.#record(answers)
      return [...answers.values()]
    },
  })
  readonly #aggregates: Aggregates
  readonly #settings: AdmissionSettings
  readonly #ownId: string
  readonly #ownSecretHash: string

  constructor(aggregates: Aggregates, settings: AdmissionSettings) {
    this.#aggregates = aggregates
    this.#settings = settings
    this.#ownId = idOfJoinToken(settings.joinToken)
    this.#ownSecretHash = hashOfJoinToken(settings.joinToken)
  }

  async admit(asking: Asking): Promise<Rejection | null> {
    if (!asking.key || asking.key.isProven) return this.#admitInTurn(asking)
    // Anybody can make up such a hello, so it costs no read: it is an event only of an agent that this process has in memory.
    return this.#aggregates.isInMemory(agentStream(asking.agentId)) ? this.#refuseInTurn(asking) : keyNotProven()
  }

  async isRevoked(agentId: string): Promise<boolean> {
    return (await this.#aggregates.load(agentAggregate, agentStream(agentId))).state.enrolment.phase === 'REVOKED'
  }

  async makeOwnToken(): Promise<void> {
    const { joinToken } = this.#settings
    if (joinToken === '') return
    const command = { type: 'CreateJoinToken', settings: ownJoinToken(joinToken), idempotencyKey: null, now: Date.now() } as const
    const context = contextOfEnrolment(this.#ownId)
    await this.#aggregates.handle({ aggregate: joinTokenAggregate, stream: joinTokenStream(this.#ownId), commands: [command], context })
  }

  async #admitAll(askings: readonly Asking[]): Promise<(Rejection | null)[]> {
    const answers: Answers = new Map()
    await this.#judge(await this.#doubtful(askings), answers)
    return askings.map((asking) => answers.get(asking) ?? null)
  }

  /** Returns those that are not just agents that come again. A revocation of this moment at another instance cuts their links when it arrives. */
  async #doubtful(askings: readonly Asking[]): Promise<readonly Asking[]> {
    const streams = askings.map(({ agentId }) => agentStream(agentId))
    const agents = await this.#aggregates.loadMany(agentAggregate, streams)
    return askings.filter(({ agentId, key }, index) => {
      const { enrolment } = agents[index]?.state ?? agentAggregate.decider.initialState
      return enrolment.phase !== 'APPROVED' || !key || changesKey(key, enrolment) || refusalOfKey(agentId, key, enrolment) !== null
    })
  }

  async #judge(askings: readonly Asking[], answers: Answers): Promise<void> {
    const streams = askings.map(({ agentId }) => agentStream(agentId))
    // Another instance may have enrolled or revoked it a moment ago.
    await this.#aggregates.refresh(streams)
    const agents = await this.#aggregates.loadMany(agentAggregate, streams)
    const strangers: Asking[] = []
    const changing: Asking[] = []
    // Registered without a key: of a release without keys.
    const keyless = new Set<string>()
    for (const [index, asking] of askings.entries()) {
      const { enrolment, isRegistered } = agents[index]?.state ?? agentAggregate.decider.initialState
      const why =
        refusalOfKey(asking.agentId, asking.key, enrolment) ??
        (enrolment.publicKey === null && !asking.key ? this.#refusalOfKeyless(asking) : null) ??
        (enrolment.phase === 'WAITING' ? agentWaits(asking.agentId) : null)
      if (why) answers.set(asking, why)
      else if (asking.key && enrolment.publicKey === null) strangers.push(asking)
      else if (asking.key && changesKey(asking.key, enrolment)) changing.push(asking)
      if (isRegistered && enrolment.publicKey === null) keyless.add(asking.agentId)
    }
    await this.#record(answers)
    await this.#changeKeys(changing, answers)
    await this.#enrolAll(await this.#withoutTakenIds(strangers, answers), keyless, answers)
  }

  /** Each has proven the pinned key and the next one. */
  async #changeKeys(askings: readonly Asking[], answers: Answers): Promise<void> {
    const handled = await this.#aggregates.handleMany(askings.map(changingKey))
    for (const [index, asking] of askings.entries()) {
      const rejected = handled[index]?.rejection
      if (rejected) answers.set(asking, rejected)
    }
  }

  /** An agent without a key comes in by the token of the setting alone; nothing tells it from a copy. */
  #refusalOfKeyless({ joinToken }: Asking): Rejection | null {
    if (this.#ownSecretHash === '' || hashOfJoinToken(joinToken) !== this.#ownSecretHash) return invalidJoinToken()
    if (this.#settings.keylessAgents) return null
    const advice = 'Upgrade it, or set ELVES_KEYLESS_AGENTS=on at the center until all agents are upgraded'
    return rejection('AGENT_KEY_MISSING', `the agent has no key: it is of release 0.3 or earlier. ${advice}`)
  }

  /** Records the processes that are not who they say. What waits or brings a wrong token is no event of an agent. */
  async #record(answers: Answers): Promise<void> {
    const refused = [...answers].filter(([, { rejected }]) => recordedCodes.has(rejected))
    if (refused.length === 0) return
    const streams = refused.map(([{ agentId }]) => agentStream(agentId))
    const agents = await this.#aggregates.loadMany(agentAggregate, streams)
    const requests = refused.flatMap(([{ agentId, bootId, key, remoteAddress, sessionId }, { rejected }], index) => {
      // Nobody can fill the log by making up agents.
      if (!agents[index]?.state.isRegistered) return []
      const command = {
        type: 'RefuseKey',
        agentId,
        bootId,
        fingerprint: key && keyFingerprint(key.publicKey),
        remoteAddress,
        code: rejected,
      } as const
      return [{ aggregate: agentAggregate, stream: agentStream(agentId), commands: [command], context: contextOfEnrolment(sessionId) }]
    })
    await this.#aggregates.handleMany(requests)
  }

  /** An agent without a key that is connected keeps its id: who else has the id and a token may be anybody. */
  async #withoutTakenIds(strangers: readonly Asking[], answers: Answers): Promise<readonly Asking[]> {
    if (strangers.length === 0) return []
    const streams = strangers.map(({ agentId }) => agentLinkStream(agentId))
    await this.#aggregates.refresh(streams)
    const links = await this.#aggregates.loadMany(agentLinkAggregate, streams)
    return strangers.filter((asking, index) => {
      const { phase, bootId } = links[index]?.state ?? agentLinkAggregate.decider.initialState
      const isTaken = phase === 'CONNECTED' && bootId !== asking.bootId
      if (isTaken) answers.set(asking, agentDuplicate(asking.agentId))
      return !isTaken
    })
  }

  async #enrolAll(strangers: readonly Asking[], keyless: ReadonlySet<string>, answers: Answers): Promise<void> {
    const byToken = Map.groupBy(strangers, ({ joinToken }) => idOfJoinToken(joinToken))
    for (const [tokenId, askings] of byToken) await this.#enrolWith(tokenId, askings, keyless, answers)
  }

  /**
   * Uses the token first, then pins the keys. A crash in between leaves a use without an agent: the agent comes again, and a limited
   * token counts the same key once.
   */
  async #enrolWith(tokenId: string, askings: readonly Asking[], keyless: ReadonlySet<string>, answers: Answers): Promise<void> {
    const stream = joinTokenStream(tokenId)
    const now = Date.now()
    await this.#aggregates.refresh([stream])
    const { version } = await this.#aggregates.load(joinTokenAggregate, stream)
    const uses = askings.map(useOf)
    const context = contextOfEnrolment(askings[0]?.sessionId ?? '')
    const command = { type: 'UseJoinToken', uses, ownSecretHash: this.#ownSecretHash, now } as const
    const handled = version < 0 ? null : await this.#aggregates.handle({ aggregate: joinTokenAggregate, stream, commands: [command], context })
    const used = new Set(handled?.recorded.flatMap(({ event }) => (event.type === 'JoinTokenUsed' ? [event.data.fingerprint] : [])))
    const requests = askings.flatMap((asking, index) => {
      const use = uses[index] as TokenUse
      const why = handled ? (used.has(use.fingerprint) ? null : refusalOfUse(use, this.#ownSecretHash, now, handled.state)) : invalidJoinToken()
      if (why || !handled?.state.settings) {
        answers.set(asking, why ?? invalidJoinToken())
        return []
      }
      // Who knows the id of an agent without a key is not yet that agent: where those are not served any more, somebody has to look.
      const approve = handled.state.settings.approve && (this.#settings.keylessAgents || !keyless.has(asking.agentId))
      return [{ asking, approve, request: enrolling(asking, use.fingerprint, tokenId, { ...handled.state.settings, approve }) }]
    })
    const enrolled = await this.#aggregates.handleMany(requests.map(({ request }) => request))
    for (const [index, { asking, approve }] of requests.entries()) {
      const why = enrolled[index]?.rejection ?? (approve ? null : agentWaits(asking.agentId))
      if (why) answers.set(asking, why)
    }
  }
}

const recordedCodes: ReadonlySet<string> = new Set(['AGENT_KEY_MISMATCH', 'AGENT_KEY_INVALID', 'AGENT_REVOKED'])

function useOf({ agentId, bootId, remoteAddress, joinToken, key }: Asking): TokenUse {
  return { agentId, bootId, remoteAddress, fingerprint: keyFingerprint(keyToPin(key)), secretHash: hashOfJoinToken(joinToken) }
}

/** An agent that changes its key while it enrols has proven both, and knows after the welcome that the next one counts. */
function keyToPin(key: PresentedKey | null): string {
  return key?.next ?? key?.publicKey ?? ''
}

/** Returns true if the hello has the key that is pinned and another one that is to take its place. */
function changesKey({ next }: PresentedKey, { publicKey }: Enrolment): boolean {
  return next !== null && next !== publicKey
}

function changingKey({ agentId, key, remoteAddress, sessionId }: Asking) {
  const [earlierKey, publicKey] = [key?.publicKey ?? '', keyToPin(key)]
  const fingerprints = { fingerprint: keyFingerprint(publicKey), earlierFingerprint: keyFingerprint(earlierKey) }
  const command = { type: 'RotateKey' as const, agentId, earlierKey, publicKey, ...fingerprints, remoteAddress }
  return { aggregate: agentAggregate, stream: agentStream(agentId), commands: [command], context: contextOfAgent(agentId, sessionId) }
}

function contextOfAgent(agentId: string, correlationId: string): EventContext {
  return { actor: { kind: 'AGENT', id: agentId, name: null }, correlationId, causationId: null, metadata: {} }
}

/** What the center itself decides about who may come in. */
function contextOfEnrolment(correlationId: string): EventContext {
  return { actor: { kind: 'SYSTEM', id: 'enrolment', name: null }, correlationId, causationId: null, metadata: {} }
}

type TokenSettings = ReturnType<typeof ownJoinToken>

/** An agent that has to wait tells its facts at once, so that people see what they approve; others do at their join. */
function enrolling(asking: Asking, fingerprint: string, joinTokenId: string, { labels, approve, createdBy }: TokenSettings) {
  const { agentId, ip, facts, key, remoteAddress, sessionId } = asking
  const enrol = {
    type: 'Enrol' as const,
    agentId,
    publicKey: keyToPin(key),
    fingerprint,
    joinTokenId,
    enrolledBy: createdBy,
    labels,
    isApproved: approve,
    remoteAddress,
  }
  const commands = approve ? [enrol] : [enrol, { type: 'TellFacts' as const, agentId, ip, facts }]
  return { aggregate: agentAggregate, stream: agentStream(agentId), commands, context: contextOfAgent(agentId, sessionId) }
}
