import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import type { FastifyInstance } from 'fastify'
import type { Authenticator } from './authenticator.ts'
import type { EnteringOptions } from './entered.ts'
import { localAdmin } from './local-admin.ts'
import { oidcDoors } from './oidc/oidc-doors.ts'
import type { RefusedRequests } from './refused-requests.ts'
import { SignInProxy } from './sign-in-proxy.ts'
import { tokenLink } from './token-link.ts'
import { toldRefusals } from './told-refusals.ts'
import { UserSessions, type UserSessionsOptions } from './user-sessions.ts'

export interface SignInOptions extends Omit<UserSessionsOptions, 'serviceSecret' | 'identify'>, Pick<EnteringOptions, 'settled'> {
  readonly settings: Settings
  readonly commands: Pick<CommandApi, 'identify' | 'call'>
  /** Tells the log of refused credentials. */
  readonly refused: Pick<RefusedRequests, 'tell'>
}

/** Adds the doors of the mode that ELVES_AUTH says, and returns what tells who a request is from. Throws CONFIG_INVALID. */
export function signInDoors(
  server: FastifyInstance,
  { settings, commands, settled, refused, ...options }: SignInOptions,
): Running & { readonly authenticator: Authenticator } {
  if (settings.ELVES_AUTH === 'local') {
    const admin = localAdmin(settings.ELVES_TOKEN)
    tokenLink(server, admin, settings.ELVES_GRAPHIQL ? '/graphiql' : null)
    return { authenticator: toldRefusals(admin, refused), stop: async () => undefined }
  }
  const identify = (hash: string, isUse?: boolean) => commands.identify(hash, isUse)
  const sessions = new UserSessions({ ...options, identify, serviceSecret: settings.ELVES_SERVICE_SECRET })
  const stop = () => sessions.stop()
  if (settings.ELVES_AUTH === 'proxy')
    return { authenticator: toldRefusals(new SignInProxy({ settings, sessions, commands, settled }), refused), stop }
  if (settings.ELVES_OIDC_ISSUER !== '') oidcDoors(server, { settings, commands, settled, logger: options.logger })
  return { authenticator: toldRefusals(sessions, refused), stop }
}

/** How people can sign in in the mode that ELVES_AUTH says. */
export function signInMethodsOf({ ELVES_AUTH: mode, ELVES_OIDC_ISSUER: issuer }: Settings): readonly ('PASSWORD' | 'PROXY' | 'OIDC')[] {
  if (mode === 'users') return issuer === '' ? ['PASSWORD'] : ['PASSWORD', 'OIDC']
  return mode === 'proxy' ? ['PROXY'] : []
}
