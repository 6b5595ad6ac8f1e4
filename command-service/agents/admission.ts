import { agentAggregate, agentStream } from '@elves/core/domain/agent/agent.ts'
import { agentWaits, type PresentedKey, refusalOfKey } from '@elves/core/domain/agent/enrolment.ts'
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
  readonly admit = batched<Asking, Rejection | null>({
    maxBatch: mostAtOnce,
    keysOf: ({ agentId }) => [agentId],
    run: (askings) => this.#admitAll(askings),
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
      return enrolment.phase !== 'APPROVED' || !key || refusalOfKey(agentId, key, enrolment) !== null
    })
  }

  async #judge(askings: readonly Asking[], answers: Answers): Promise<void> {
    const streams = askings.map(({ agentId }) => agentStream(agentId))
    // Another instance may have enrolled or revoked it a moment ago.
    await this.#aggregates.refresh(streams)
    const agents = await this.#aggregates.loadMany(agentAggregate, streams)
    const strangers: Asking[] = []
    for (const [index, asking] of askings.entries()) {
      const { enrolment } = agents[index]?.state ?? agentAggregate.decider.initialState
      const why =
        refusalOfKey(asking.agentId, asking.key, enrolment) ??
        (enrolment.publicKey === null && !asking.key ? this.#refusalOfKeyless(asking) : null) ??
        (enrolment.phase === 'WAITING' ? agentWaits(asking.agentId) : null)
      if (why) answers.set(asking, why)
      else if (enrolment.publicKey === null && asking.key) strangers.push(asking)
    }
    await this.#record(answers)
    await this.#enrolAll(await this.#withoutTakenIds(strangers, answers), answers)
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

  async #enrolAll(strangers: readonly Asking[], answers: Answers): Promise<void> {
    const byToken = Map.groupBy(strangers, ({ joinToken }) => idOfJoinToken(joinToken))
    for (const [tokenId, askings] of byToken) await this.#enrolWith(tokenId, askings, answers)
  }

  /**
   * Uses the token first, then pins the keys. A crash in between leaves a use without an agent: the agent comes again, and a limited
   * token counts the same key once.
   */
  async #enrolWith(tokenId: string, askings: readonly Asking[], answers: Answers): Promise<void> {
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
      return [{ asking, request: enrolling(asking, use.fingerprint, tokenId, handled.state.settings) }]
    })
    const enrolled = await this.#aggregates.handleMany(requests.map(({ request }) => request))
    for (const [index, { asking }] of requests.entries()) {
      const why = enrolled[index]?.rejection ?? (handled?.state.settings?.approve ? null : agentWaits(asking.agentId))
      if (why) answers.set(asking, why)
    }
  }
}

const recordedCodes: ReadonlySet<string> = new Set(['AGENT_KEY_MISMATCH', 'AGENT_KEY_INVALID', 'AGENT_REVOKED'])

function useOf({ agentId, bootId, remoteAddress, joinToken, key }: Asking): TokenUse {
  return { agentId, bootId, remoteAddress, fingerprint: keyFingerprint(key?.publicKey ?? ''), secretHash: hashOfJoinToken(joinToken) }
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
    publicKey: key?.publicKey ?? '',
    fingerprint,
    joinTokenId,
    enrolledBy: createdBy,
    labels,
    isApproved: approve,
    remoteAddress,
  }
  const commands = approve ? [enrol] : [enrol, { type: 'TellFacts' as const, agentId, ip, facts }]
  const context: EventContext = { actor: { kind: 'AGENT', id: agentId, name: null }, correlationId: sessionId, causationId: null, metadata: {} }
  return { aggregate: agentAggregate, stream: agentStream(agentId), commands, context }
}
