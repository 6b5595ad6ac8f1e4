import { once } from 'node:events'
import type { Signer } from '@elves/core/foundation/ed25519.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { decode, decodeAs, encode, type Message, type MessageName, readableFingerprints } from '@elves/schemas/codec/codec.ts'
import type { AgentHello } from '@elves/schemas/generated/types.ts'
import { challengeHeader, helloStatement } from '@elves/schemas/link/hello-statement.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { WebSocket } from 'ws'

export const testToken = 'join-token-of-the-test'

let ipsGiven = 0

function nextIp(): string {
  ipsGiven += 1
  return `10.${ipsGiven >> 16}.${(ipsGiven >> 8) & 255}.${ipsGiven & 255}`
}

/** Returns a hello that a test gateway accepts, with an ip of its own. */
export function testHello(given: Partial<AgentHello> = {}): AgentHello {
  return {
    protocolVersion: 1,
    joinToken: testToken,
    agentId: randomAgentId(),
    ip: nextIp(),
    bootId: 'boot',
    journalId: 'journal',
    clockMs: Date.now(),
    capabilities: [],
    fingerprints: readableFingerprints,
    facts: { name: 'host', version: '0.2.0', platform: 'linux-x64', labels: {}, apps: [] },
    openAttempts: [],
    publicKey: '',
    proof: '',
    nextPublicKey: '',
    nextProof: '',
    ...given,
  }
}

/** The agent's end of a link: keeps what it gets, and sends what the test tells it to. */
export class TestAgent {
  readonly socket: WebSocket
  readonly frames: Message[][] = []
  closeCode: number | null = null
  closeReason = ''
  /** What the gateway wants signed. */
  challenge = ''
  onMessage: (message: Message) => void = () => undefined

  constructor(url: string) {
    this.socket = new WebSocket(url)
    this.socket.on('upgrade', ({ headers }) => {
      this.challenge = String(headers[challengeHeader] ?? '')
    })
    this.socket.on('message', (data: Buffer) => {
      const messages = decodeAs('Frame', data).messages.map(decode)
      this.frames.push(messages)
      for (const message of messages) this.onMessage(message)
    })
    this.socket.on('close', (code, reason) => {
      this.closeCode = code
      this.closeReason = reason.toString()
    })
    this.socket.on('error', () => undefined)
  }

  static async connect(url: string): Promise<TestAgent> {
    const agent = new TestAgent(url)
    await once(agent.socket, 'open')
    return agent
  }

  /** Connects, and waits for the welcome. */
  static async join(url: string, given: Partial<AgentHello> = {}): Promise<TestAgent> {
    const agent = await TestAgent.connect(url)
    agent.say(encode('AgentHello', testHello(given)))
    await agent.heard('CenterWelcome')
    return agent
  }

  /** Says hello with a key; returns the hello. */
  greet(signer: Signer, given: Partial<AgentHello> = {}): AgentHello {
    const hello = { ...testHello(given), publicKey: signer.publicKey }
    const signed = { ...hello, proof: signer.sign(helloStatement(this.challenge, hello)), ...given }
    this.say(encode('AgentHello', signed))
    return signed
  }

  say(...messages: Buffer[]): void {
    this.socket.send(encode('Frame', { messages }))
  }

  all<Name extends MessageName>(name: Name): Message<Name>['value'][] {
    return this.frames.flat().flatMap((message) => (message.name === name ? [message.value as Message<Name>['value']] : []))
  }

  receipts(): number[] {
    return this.all('Receipt').flatMap(({ reportIds }) => [...reportIds])
  }

  async heard<Name extends MessageName>(name: Name): Promise<Message<Name>['value']> {
    await until(() => this.all(name).length > 0 || this.closeCode !== null, `${name}`)
    const [first] = this.all(name)
    if (first === undefined) throw new Error(`closed with ${this.closeCode} ${this.closeReason} before ${name}`)
    return first
  }

  async closed(): Promise<string> {
    await until(() => this.closeCode !== null, 'the close')
    return `${this.closeCode} ${this.closeReason}`
  }
}

export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  await waitFor(condition, { what, everyMs: 5 })
}
