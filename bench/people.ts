import { type GraphqlDoor, graphqlClient } from './graphql-client.ts'

interface UsersDoor extends Pick<GraphqlDoor, 'graphqlUrl'> {
  readonly adminPassword: string
}

/** Of everybody, once it was changed. */
const ownPassword = 'a first horse of staples'

/** Signs the first admin in on a platform with users; returns the session's token. */
export async function adminToken(door: UsersDoor): Promise<string> {
  // On a platform that is kept, the first password was changed by an earlier run.
  if (door.adminPassword === '') return tokenOf(door, 'admin', ownPassword)
  const first = await tokenOf(door, 'admin', door.adminPassword)
  await changed(door, first, door.adminPassword)
  return first
}

/** Makes a user with roles, who has changed the first password; returns the session's token and the user's id. */
export async function newUser(
  door: UsersDoor,
  admin: string,
  { name, roles }: { readonly name: string; readonly roles: readonly string[] },
): Promise<{ readonly id: string; readonly token: string }> {
  const make = 'mutation ($i: CreateUserInput!) { createUser(input: $i) { user { id } password refusal { code message } } }'
  const { createUser } = await asking<{ createUser: { user: { id: string }; password: string } }>(door, admin, make, { i: { name, roles } })
  const token = await tokenOf(door, name, createUser.password)
  await changed(door, token, createUser.password)
  return { id: createUser.user.id, token }
}

/** Asks once, with a token. Throws on any error in the answer. */
export async function asking<Data>({ graphqlUrl }: Pick<UsersDoor, 'graphqlUrl'>, token: string, query: string, variables: object): Promise<Data> {
  const client = graphqlClient({ graphqlUrl, token }, 1)
  try {
    return await client.request<Data>(query, variables)
  } finally {
    await client.close()
  }
}

/** Asks for one mutation, whose field is named `it`, and returns its payload. Throws where it is refused. */
export async function commanding<Payload extends object>(
  door: Pick<UsersDoor, 'graphqlUrl'>,
  token: string,
  mutation: string,
  variables: object,
): Promise<Payload> {
  const { it } = await asking<{ it: Payload & { refusal: { code: string } | null } }>(door, token, mutation, variables)
  if (it.refusal) throw new Error(`refused: ${it.refusal.code}`)
  return it
}

async function tokenOf(door: UsersDoor, name: string, password: string): Promise<string> {
  const query = 'mutation ($i: SignInInput!) { signIn(input: $i) { session { token } } }'
  const response = await fetch(door.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { i: { name, password } } }),
  })
  const { data, errors } = (await response.json()) as { data?: { signIn: { session: { token: string } } }; errors?: unknown }
  if (!data || errors) throw new Error(`${name} could not sign in: ${JSON.stringify(errors)}`)
  return data.signIn.session.token
}

async function changed(door: UsersDoor, token: string, oldPassword: string): Promise<void> {
  const change = 'mutation ($i: ChangePasswordInput!) { changePassword(input: $i) { refusal { code message } } }'
  const { changePassword } = await asking<{ changePassword: { refusal: object | null } }>(door, token, change, {
    i: { oldPassword, newPassword: ownPassword },
  })
  if (changePassword.refusal) throw new Error(JSON.stringify(changePassword.refusal))
}
