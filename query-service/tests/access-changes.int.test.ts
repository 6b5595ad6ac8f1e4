import type { AddressInfo } from 'node:net'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { createClient } from 'graphql-ws'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Edge, edge, type Json } from './edge.ts'

/** Changes of who may do what: as they happen, and each thing with its history. */

let here: Edge
let stops: (() => Promise<void> | void)[]
beforeEach(async () => {
  stops = []
  here = await edge()
  await here.server.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  for (const stop of stops) await stop()
  await here.stop()
})

const tell = (stream: string, type: string, data: object) => here.commands.append(stream, [{ type, data } as never])
const everything = { apps: ['*'], funcs: ['*'], agents: '' }

/** Follows from the begin of the log. */
function follow(query: string): Json[] {
  const { port } = here.server.server.address() as AddressInfo
  const client = createClient({ url: `ws://127.0.0.1:${port}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
  stops.push(() => client.dispose())
  const heard: Json[] = []
  void (async () => {
    for await (const { data, errors } of client.iterate({ query })) heard.push(data ?? errors)
  })().catch((error: unknown) => heard.push(error))
  return heard
}

test('grants are told as of each change, with their history up to it, and filtered', async () => {
  await tell('user-u', 'UserCreated', { name: 'ann', displayName: 'Ann', roles: [] })
  const start = (await here.store.readStream('user-u'))[0]?.position
  const given = { subjectKind: 'USER', subjectId: 'u', permission: 'VIEW', ...everything, expiresAt: null, idempotencyKey: null }
  const fields = '{ grant { id state sentence history { nodes { type } } } position }'
  const all = follow(`subscription { grantChanged(after: "${start}") ${fields} }`)
  const runs = follow(`subscription { grantChanged(filter: { permissions: [RUN] }, after: "${start}") ${fields} }`)
  await tell('grant-a', 'GrantGiven', given)
  await tell('grant-b', 'GrantGiven', { ...given, permission: 'RUN' })
  await tell('grant-a', 'GrantRevoked', { reason: 'x' })
  await waitFor(() => all.length === 3 && runs.length === 1)
  expect(all.map(({ grantChanged: { grant } }) => [grant.id, grant.state, grant.history.nodes.length])).toEqual([
    ['a', 'ACTIVE', 1],
    ['b', 'ACTIVE', 1],
    ['a', 'REVOKED', 2],
  ])
  expect(all[0].grantChanged.grant.sentence).toMatch(/^User ann may see all apps on all agents/)
  expect(runs[0].grantChanged.grant.id).toBe('b')
  const { data } = await here.ask('{ grants { nodes { id history { nodes { type } } } } }')
  expect(data.grants.nodes).toContainEqual({ id: 'a', history: { nodes: [{ type: 'GrantGiven' }, { type: 'GrantRevoked' }] } })
})

test('roles are told until they are deleted; what is always there has no history', async () => {
  const heard = follow('subscription { roleChanged(filter: { names: ["night"] }) { name role { permissions history { nodes { type } } } } }')
  await waitFor(() => here.follows() > 0)
  const settings = { description: '', ...everything }
  await waitFor(async () => {
    await tell('role-night', heard.length === 0 ? 'RoleCreated' : 'RoleChanged', { ...settings, permissions: ['VIEW'] })
    return heard.length > 0
  })
  await tell('role-other', 'RoleCreated', { ...settings, permissions: ['RUN'] })
  await tell('role-night', 'RoleDeleted', {})
  await waitFor(() => heard.at(-1)?.roleChanged.role === null)
  expect(heard.every(({ roleChanged: { name } }) => name === 'night')).toBe(true)
  const { data } = await here.ask('{ roles { name isBuiltIn history { nodes { type } } } }')
  expect(data.roles).toContainEqual({ name: 'admin', isBuiltIn: true, history: { nodes: [] } })
  expect(data.roles).toContainEqual({ name: 'other', isBuiltIn: false, history: { nodes: [{ type: 'RoleCreated' }] } })
})

test('auth keys are told and listed by id, app and state, without a secret', async () => {
  await tell('authkey-A', 'AuthKeyCreated', { name: 'a', app: 'nginx', secretId: 'first', idempotencyKey: null })
  const start = (await here.store.readStream('authkey-A'))[0]?.position
  const heard = follow(
    `subscription { authKeyChanged(filter: { apps: ["nginx"] }, after: "${start}") { authKey { id state history { nodes { type } } } } }`,
  )
  await tell('authkey-B', 'AuthKeyCreated', { name: 'b', app: null, secretId: 'first', idempotencyKey: null })
  await tell('authkey-A', 'AuthKeyRevoked', { reason: null })
  await waitFor(() => heard.length === 1)
  expect(heard[0].authKeyChanged.authKey).toMatchObject({ id: 'A', state: 'REVOKED', history: { nodes: [{}, {}] } })
  const ids = async (filter: string) =>
    (await here.ask(`{ authKeys(filter: ${filter}) { nodes { id } } }`)).data.authKeys.nodes.map(({ id }: Json) => id)
  expect(await ids('{ states: [REVOKED] }')).toEqual(['A'])
  expect(await ids('{ states: [USABLE] }')).toEqual(['B'])
  expect(await ids('{ apps: ["nginx"] }')).toEqual(['A'])
  expect(await ids('{ ids: ["B"] }')).toEqual(['B'])
})
