import { setting } from './setting.ts'
import { listOf, onOff, type SettingType, anyText as text, urlOf } from './setting-type.ts'

const networks = listOf(/^[0-9a-fA-F:.]+(\/\d{1,3})?$/, 'addresses, or networks such as 10.0.1.0/24')
const headerName: SettingType<string> = {
  expects: 'the name of a header',
  read: (given) => (/^[A-Za-z][\w-]*$/.test(given) ? given.toLowerCase() : undefined),
}

/** Of users whom somebody else names: a sign-in proxy, or an OpenID Connect provider. */
export const namedBySettings = {
  ELVES_PROXY_ADDRESSES: setting(
    networks,
    [],
    'Addresses of the sign-in proxies of mode `proxy`, comma-separated, such as 10.0.0.5 or 10.0.1.0/24: who sends from there may say who somebody is.',
  ),
  ELVES_TRUSTED_PROXIES: setting(
    networks,
    [],
    'Addresses of the proxies in front, comma-separated, such as 127.0.0.1 or 10.0.1.0/24: what they say in X-Forwarded-For and X-Forwarded-Proto of the address and the TLS of a client is believed, for lock-outs, sessions and cookies. Behind the front of the cluster every connection comes from 127.0.0.1.',
  ),
  ELVES_PROXY_USER_HEADER: setting(headerName, 'x-forwarded-user', 'Header by which a sign-in proxy names the user.'),
  ELVES_PROXY_GROUPS_HEADER: setting(
    headerName,
    '',
    'Header by which a sign-in proxy names the groups of the user, comma-separated; empty: it names none, and roles are given by hand.',
  ),
  ELVES_SIGN_IN_ROLES: setting<readonly string[]>(
    listOf(/^[^=,]+=[A-Za-z0-9][\w.-]*$/, 'group=role'),
    [],
    'Roles of the members of groups that a sign-in proxy or an OpenID Connect provider names, comma-separated, such as ops=operator,ops-leads=admin. At each sign-in a user gets those of these roles that follow from the groups, and loses the others of them.',
  ),
  ELVES_SIGN_IN_NEW_USERS: setting(
    onOff,
    true,
    'Whether somebody whom a sign-in proxy or an OpenID Connect provider names becomes a user at the first sign-in; else only users that somebody made get in.',
  ),
  ELVES_SIGN_IN_ADMIN: setting(
    text,
    '',
    'Name of the user who gets the role admin where a sign-in proxy or an OpenID Connect provider first names that user.',
  ),
  ELVES_OIDC_ISSUER: setting(
    urlOf('https:', 'http:'),
    '',
    'The OpenID Connect provider by which users sign in at /sign-in/oidc in mode `users`; empty: none. Without TLS only on this machine.',
  ),
  ELVES_OIDC_CLIENT_ID: setting(text, '', 'Id of the platform at the OpenID Connect provider.'),
  ELVES_OIDC_CLIENT_SECRET: setting(text, '', 'Secret of the platform at the OpenID Connect provider; empty: it is a public client.'),
  ELVES_OIDC_SCOPES: setting(text, 'openid profile email', 'Scopes that a sign-in asks the OpenID Connect provider for.'),
  ELVES_OIDC_NAME_CLAIM: setting(text, 'preferred_username', 'Claim of the ID token that has the name of the user.'),
  ELVES_OIDC_GROUPS_CLAIM: setting(
    text,
    'groups',
    'Claim of the ID token that has the groups of the user; roles are given by hand where it is absent.',
  ),
} as const
