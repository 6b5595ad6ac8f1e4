import type { TestPlatform } from './platform.ts'

/** People of a platform in mode `users`, as clients see it. */

export interface Answer {
  readonly status: number
  readonly cookie: string | null
  // biome-ignore lint/suspicious/noExplicitAny: each test says what it looks for
  readonly data: any
  /** Of the first error. */
  readonly code: string | undefined
}

/** Asks GraphQL at this address. */
export async function askAt(graphqlUrl: string, query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] }
  return { status: response.status, cookie: response.headers.get('set-cookie'), data, code: errors?.[0]?.extensions.code }
}

export const as = (token: string) => ({ authorization: `Bearer ${token}` })

export interface NewUser {
  readonly id: string
  readonly password: string
  readonly token: string
}

export interface People {
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>
  signIn(name: string, password: string, headers?: Record<string, string>): Promise<Answer>
  tokenOf(name: string, password: string): Promise<string>
  changePassword(token: string, oldPassword: string, newPassword: string): Promise<Answer>
  /** Signs in as the first admin, who gets another password; returns the token. */
  firstAdmin(password: string): Promise<string>
  /** Makes a user who has changed the first password. */
  newUser(admin: string, name: string, roles?: readonly string[]): Promise<NewUser>
}

const signInMutation =
  'mutation ($i: SignInInput!) { signIn(input: $i) { session { token expiresAt } viewer { user { id name mustChangePassword } } } }'

export function peopleOf(platform: () => TestPlatform): People {
  const people: People = {
    ask: (query, variables, headers) => askAt(platform().ready().graphqlUrl, query, variables, headers),
    signIn: (name, password, headers) => people.ask(signInMutation, { i: { name, password } }, headers),
    tokenOf: async (name, password) => (await people.signIn(name, password)).data.signIn.session.token,
    changePassword: (token, oldPassword, newPassword) =>
      people.ask(
        'mutation ($i: ChangePasswordInput!) { changePassword(input: $i) { refusal { code } } }',
        { i: { oldPassword, newPassword } },
        as(token),
      ),
    async firstAdmin(password) {
      const first = platform().ready().adminPassword ?? ''
      const token = await people.tokenOf('admin', first)
      await done(people.changePassword(token, first, password))
      return token
    },
    async newUser(admin, name, roles = ['operator']) {
      const make = 'mutation ($i: CreateUserInput!) { createUser(input: $i) { user { id } password refusal { code } } }'
      const { user, password: first } = (await people.ask(make, { i: { name, roles } }, as(admin))).data.createUser
      const token = await people.tokenOf(name, first)
      const password = `the long word of nobody ${user.id}`
      await done(people.changePassword(token, first, password))
      return { id: user.id, password, token }
    },
  }
  return people
}

/** Throws where a mutation was refused. Returns the payload of its only field. */
// biome-ignore lint/suspicious/noExplicitAny: each test says what it looks for
export async function done(answer: Promise<Answer>): Promise<any> {
  const { data, code } = await answer
  const [payload] = Object.values(data ?? {}) as { refusal?: { code: string } | null }[]
  if (code !== undefined || !payload || payload.refusal) throw new Error(`refused: ${code ?? payload?.refusal?.code}`)
  return payload
}
