import { once } from 'node:events'
import { agentId, wholeRun } from '@elves/command-service/tests/center.ts'
import { signerOfSecret } from '@elves/core/foundation/ed25519.ts'
import { decode, decodeAs, encode, readableFingerprints } from '@elves/schemas/codec/codec.ts'
import { challengeHeader, helloStatement } from '@elves/schemas/link/hello-statement.ts'
import { WebSocket } from 'ws'

export interface GatewayAgent {
  /** `http://host:port` of the gateway. */
  readonly url: string
  readonly joinToken: string
  readonly ip: string
  /** Takes tasks and reports nothing; the socket emits `told` for each. */
  readonly isSilent?: boolean
  /** Default: the id that all tests of command-service use. */
  readonly id?: string
  /** Labels of the agent; default none. */
  readonly labels?: Readonly<Record<string, string>>
}

/** Connects an agent that answers every task at once; resolves with its socket when it is welcomed. */
export async function gatewayAgent({ url, joinToken, ip, isSilent = false, id = agentId, labels = {} }: GatewayAgent): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/gateway`)
  const send = (...messages: Buffer[]) => socket.send(encode('Frame', { messages }))
  const { promise: welcomed, resolve } = Promise.withResolvers<void>()
  socket.on('message', (data: Buffer) => {
    for (const bytes of decodeAs('Frame', data).messages) {
      const received = decode(bytes)
      // It takes the center at its word: checking signatures is what agents are tested for.
      const message = received.name === 'SignedInstruction' ? decode(received.value.instruction) : received
      if (message.name === 'CenterWelcome') resolve()
      if (message.name === 'RunTask' && isSilent) socket.emit('told')
      else if (message.name === 'RunTask') send(...wholeRun(message.value.taskId).map(({ name, value }) => encode(name, value)))
    }
  })
  const signer = signerOfSecret('test agent', id)
  const [{ headers }] = await once(socket, 'upgrade')
  if (socket.readyState !== socket.OPEN) await once(socket, 'open')
  const hello = {
    protocolVersion: 1,
    joinToken,
    agentId: id,
    ip,
    bootId: 'b'.repeat(32),
    journalId: 'c'.repeat(32),
    clockMs: Date.now(),
    capabilities: [],
    fingerprints: readableFingerprints,
    facts: { name: 'host', version: '0.2.0', platform: 'linux-x64', labels, apps: [] },
    openAttempts: [],
    publicKey: signer.publicKey,
    nextPublicKey: '',
    nextProof: '',
  }
  send(encode('AgentHello', { ...hello, proof: signer.sign(helloStatement(String(headers[challengeHeader]), hello)) }))
  await welcomed
  return socket
}
