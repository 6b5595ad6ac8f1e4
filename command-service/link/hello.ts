import { isIPv4 } from 'node:net'
import type { PresentedKey } from '@elves/core/domain/agent/enrolment.ts'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import { invalidJoinToken } from '@elves/core/domain/join-token/join-token.ts'
import { isPublicKey, isSignedBy } from '@elves/core/foundation/ed25519.ts'
import { isAgentId } from '@elves/core/foundation/ids.ts'
import { isSameSecret } from '@elves/core/foundation/secrets.ts'
import { cutText } from '@elves/core/foundation/text.ts'
import { fingerprintOf, type MessageName, writerFor } from '@elves/schemas/codec/codec.ts'
import type { AgentHello } from '@elves/schemas/generated/types.ts'
import { helloStatement } from '@elves/schemas/link/hello-statement.ts'
import { linkIdPattern, protocolVersion } from '@elves/schemas/link/protocol.ts'

/** All messages that a center may send once the link is up. An agent that cannot read one of them is refused. */
const sent: readonly MessageName[] = ['CancelTask', 'CenterPong', 'CenterWelcome', 'Frame', 'Receipt', 'RunTask']
/** Larger offsets are cut to this: beyond 2^52 ms a number in an event is not exact. */
const largestOffsetMs = 2 ** 52

/**
 * FOR_EACH: the center writes for each agent in the schemas that it reads. TODAY_ONLY: it writes the same for all, because records
 * on Kafka have more than one reader.
 */
export type Writes = 'FOR_EACH' | 'TODAY_ONLY'

/**
 * Returns what is wrong with a hello as far as that needs no look-up, or null. Of an agent without a key it checks the platform's own
 * join token first, so that strangers learn no more. Keys and other tokens need a look-up.
 */
export function helloRefusal(hello: AgentHello, joinToken: string, writes: Writes = 'FOR_EACH'): Rejection | null {
  if (hello.publicKey === '' && !isSameSecret(hello.joinToken, joinToken)) return invalidJoinToken()
  if (hello.protocolVersion !== protocolVersion) {
    return rejection('PROTOCOL_VERSION_UNSUPPORTED', `this center speaks version ${protocolVersion}, not ${hello.protocolVersion}`)
  }
  const unread = unreadBy(hello.fingerprints, writes)
  if (unread.length > 0) {
    return rejection('PROTOCOL_VERSION_UNSUPPORTED', `the agent does not read this center's ${unread.join(', ')}; upgrade the agent`)
  }
  if (!isAgentId(hello.agentId)) return rejection('AGENT_ID_INVALID', 'an agent id has 32 lower-case hex digits')
  if (!isId(hello.bootId) || !isId(hello.journalId)) return rejection('AGENT_ID_INVALID', 'a hello names its boot and its journal')
  return null
}

/** Returns the key that a hello names. `boundTo`: what the hello had to be signed for; null: nothing, so that no proof holds. */
export function presentedKey(hello: AgentHello, boundTo: string | null): PresentedKey | null {
  const { publicKey, proof, nextPublicKey, nextProof } = hello
  if (publicKey === '') return null
  const isProvenBy = (key: string, signature: string) =>
    boundTo !== null && isPublicKey(key) && isSignedBy(key, helloStatement(boundTo, hello), signature)
  const next = nextPublicKey === '' ? null : nextPublicKey
  return { publicKey, isProven: isProvenBy(publicKey, proof) && (next === null || isProvenBy(next, nextProof)), next }
}

/** Returns the agent's alias: the address that it declares, or else that of its link. Returns a rejection where that is no IPv4 address. */
export function ipOfAgent({ ip }: AgentHello, remoteAddress: string): string | Rejection {
  const found = ip === '' ? remoteAddress.replace(/^::ffff:/i, '') : ip
  if (isIPv4(found)) return found
  const advice = ip === '' ? '; set ELVES_AGENT_IP at the agent' : ''
  return rejection('AGENT_IP_INVALID', `${cutText(found, 80)} is not an IPv4 address${advice}`)
}

function unreadBy(fingerprints: readonly string[], writes: Writes): MessageName[] {
  const read = new Set(fingerprints)
  const writer = writerFor(fingerprints)
  return sent.filter((name) => (writes === 'FOR_EACH' ? !writer.canWrite(name) : !read.has(fingerprintOf(name))))
}

/** Returns true if the text may be the id of a boot, a journal or a session. */
export function isId(text: string): boolean {
  return linkIdPattern.test(text)
}

/** Returns how far the agent's clock is ahead of this process's clock, by its hello. */
export function clockOffsetMsOf({ clockMs }: AgentHello): number {
  return Math.min(Math.max(clockMs - Date.now(), -largestOffsetMs), largestOffsetMs)
}
