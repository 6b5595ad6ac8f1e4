import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'

export type OidcSettings = Pick<
  Settings,
  | 'ELVES_OIDC_ISSUER'
  | 'ELVES_OIDC_CLIENT_ID'
  | 'ELVES_OIDC_CLIENT_SECRET'
  | 'ELVES_OIDC_SCOPES'
  | 'ELVES_OIDC_NAME_CLAIM'
  | 'ELVES_OIDC_GROUPS_CLAIM'
>

/** What has to be known when the browser comes back from the provider. */
export interface BegunSignIn {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Who somebody is, as the provider has signed it. */
export interface ProvedIdentity {
  readonly issuer: string
  readonly subject: string
  readonly name: string
  readonly displayName: string | null
  /** Null: the provider says nothing of them. */
  readonly groups: readonly string[] | null
}

const timeoutSeconds = 10

/** An OpenID Connect provider: the code flow with PKCE, state and nonce. Its metadata are read at the first sign-in. */
export class OidcProvider {
  readonly #settings: OidcSettings
  #configuration: Promise<Configuration> | null = null

  /** Throws CONFIG_INVALID. */
  constructor(settings: OidcSettings) {
    this.#settings = settings
    const { protocol, hostname } = new URL(settings.ELVES_OIDC_ISSUER)
    if (protocol === 'http:' && !['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) {
      throw new ElvesError('CONFIG_INVALID', `ELVES_OIDC_ISSUER=${settings.ELVES_OIDC_ISSUER}: who is on the way could be anybody; it needs https`)
    }
    if (settings.ELVES_OIDC_CLIENT_ID === '') throw new ElvesError('CONFIG_INVALID', 'ELVES_OIDC_ISSUER needs ELVES_OIDC_CLIENT_ID')
  }

  /** Returns where the browser goes to, and what to keep until it comes back to `callback`. */
  async begin(callback: string): Promise<{ readonly url: string; readonly begun: BegunSignIn }> {
    const configuration = await this.#configured()
    const begun = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: callback,
      scope: this.#settings.ELVES_OIDC_SCOPES,
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: await calculatePKCECodeChallenge(begun.verifier),
      code_challenge_method: 'S256',
    })
    return { url: url.href, begun }
  }

  /** Takes what the provider answered at `current`, the callback with its parameters. Throws what openid-client says of a wrong one, UNAUTHENTICATED. */
  async finish(current: URL, { state, nonce, verifier }: BegunSignIn): Promise<ProvedIdentity> {
    const configuration = await this.#configured()
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true }
    const tokens = await authorizationCodeGrant(configuration, current, checks)
    const signed = tokens.claims()
    if (!signed) throw new ElvesError('UNAUTHENTICATED', 'the identity provider sent no ID token')
    const { ELVES_OIDC_NAME_CLAIM: nameClaim, ELVES_OIDC_GROUPS_CLAIM: groupsClaim } = this.#settings
    // Providers that keep their ID tokens small answer the rest here.
    const isWhole = nameClaim in signed || configuration.serverMetadata().userinfo_endpoint === undefined
    const claims = isWhole ? signed : { ...(await fetchUserInfo(configuration, tokens.access_token, signed.sub)), ...signed }
    const name = textOf(claims[nameClaim])
    if (name === null) throw new ElvesError('UNAUTHENTICATED', `the identity provider names nobody: it sent no claim ${nameClaim}`)
    return { issuer: signed.iss, subject: signed.sub, name, displayName: textOf(claims['name']), groups: groupsOf(claims[groupsClaim]) }
  }

  #configured(): Promise<Configuration> {
    const { ELVES_OIDC_ISSUER: issuer, ELVES_OIDC_CLIENT_ID: clientId, ELVES_OIDC_CLIENT_SECRET: secret } = this.#settings
    const execute = issuer.startsWith('http:') ? [allowInsecureRequests] : []
    const asked =
      this.#configuration ??
      discovery(new URL(issuer), clientId, secret || undefined, secret === '' ? None() : undefined, { execute, timeout: timeoutSeconds })
    this.#configuration = asked
    asked.catch(() => {
      this.#configuration = null
    })
    return asked
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function groupsOf(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((group) => typeof group === 'string') : null
}
