import { randomBytes } from 'node:crypto'
import { centerKeysInMemory } from '@elves/agent/data-folder/center-keys.ts'
import { type AgentLink, type AgentLinkOptions, agentLink } from '@elves/agent/link/agent-link.ts'
import { type CenterClock, centerClock } from '@elves/agent/link/center-clock.ts'
import { InstructionGuard } from '@elves/agent/link/instruction-guard.ts'
import { gatewayLink } from '@elves/agent/link/socket-session.ts'
import { newPrivateKey, signerOf } from '@elves/core/foundation/ed25519.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'

export interface BareLink {
  readonly agentId: string
  readonly bootId: string
  readonly clock: CenterClock
  readonly link: AgentLink
}

type Handlers = Partial<Pick<AgentLinkOptions, 'onWelcome' | 'onDown' | 'onOutputReceipt'>>

/** The link of a new agent, in this process, that acknowledges what it is sent and runs nothing. */
export function bareLink(gatewayUrl: string, handlers: Handlers = {}): BareLink {
  const agentId = randomAgentId()
  const bootId = randomBytes(8).toString('hex')
  const clock = centerClock()
  const facts = { name: 'bare', version: '0', platform: 'bench', labels: {}, apps: [] }
  const identity = { agentId, ip: `10.250.${Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}`, bootId, journalId: bootId, facts }
  const link: AgentLink = agentLink({
    ...gatewayLink(gatewayUrl),
    signer: signerOf(newPrivateKey()),
    instructions: new InstructionGuard({ agentId, keys: centerKeysInMemory(), clock }),
    clock,
    logger: silentLogger,
    hello: () => ({ ...identity, openAttempts: [] }),
    onInstruction: ({ name, value: { taskId, attempt } }) => {
      if (name === 'RunTask') link.report({ name: 'AttemptAcknowledged', value: { taskId, attempt, happenedAt: clock.now() } })
      return undefined
    },
    ...handlers,
  })
  return { agentId, bootId, clock, link }
}
