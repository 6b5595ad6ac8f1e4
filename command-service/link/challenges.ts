import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { challengeHeader } from '@elves/schemas/link/hello-statement.ts'
import type { WebSocketServer } from 'ws'

const challengeBytes = 24

/** The challenges of the connections that are open. */
const given = new WeakMap<Socket, string>()

/**
 * Gives each WebSocket a challenge with the answer to its upgrade. An agent signs it in its hello, so that a hello that somebody
 * recorded is worth nothing on another connection. Agents of releases without keys ignore the header.
 */
export function challengeUpgrades(server: WebSocketServer): void {
  server.on('headers', (headers, request) => {
    const challenge = randomBytes(challengeBytes).toString('base64url')
    given.set(request.socket, challenge)
    headers.push(`${challengeHeader}: ${challenge}`)
  })
}

/** Returns the challenge of a connection; null if its server gives none, and then no agent can prove its key there. */
export function challengeOf(connection: Socket): string | null {
  return given.get(connection) ?? null
}
