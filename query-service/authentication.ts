import type { IncomingMessage } from 'node:http'
import type { Actor } from '@elves/schemas/generated/types.ts'

/** Port of the public edge: returns the sender of a request, or throws UNAUTHENTICATED. */
export interface Authenticator {
  authenticate(request: IncomingMessage): Actor | Promise<Actor>
}

const local: Actor = { kind: 'LOCAL', id: 'local', name: null }

/** For standalone: every request that passes the host guard of 127.0.0.1 comes from the person at this machine. */
export const localAuthenticator: Authenticator = { authenticate: () => local }
