import type { AgentHello } from '../generated/types.ts'

/** The header of the answer to an upgrade that has the gateway's challenge: random bytes, base64url, for this connection only. */
export const challengeHeader = 'elves-challenge'

/**
 * Returns what an agent signs with its key when it says hello. `boundTo` is what makes the hello worthless anywhere else: at a
 * gateway the challenge of the connection, over Kafka the id of the session.
 */
export function helloStatement(
  boundTo: string,
  hello: Pick<AgentHello, 'agentId' | 'bootId' | 'journalId' | 'clockMs' | 'publicKey' | 'nextPublicKey'>,
): Buffer {
  const { agentId, bootId, journalId, clockMs, publicKey, nextPublicKey } = hello
  // An agent that changes its key signs with both that it does: nobody can put another next key into its hello.
  const next = nextPublicKey === '' ? [] : [nextPublicKey]
  return Buffer.from(JSON.stringify(['elves hello', boundTo, agentId, bootId, journalId, clockMs, publicKey, ...next]))
}
