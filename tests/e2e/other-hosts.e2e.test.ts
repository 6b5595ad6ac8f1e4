import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { agentProcesses } from '@elves/agent/agent-process.fixture.ts'
import { TestAgent, testHello } from '@elves/command-service/tests/test-agent.ts'
import { newPrivateKey, signerOf } from '@elves/core/foundation/ed25519.ts'
import { pinOf } from '@elves/standalone/listening/door-certificate.ts'
import type { ClusterReady, Ready } from '@elves/standalone/ready-file.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPlatform, type TestPlatform, testedRunner } from '../support/platform.ts'
import { type SmallNetwork, smallNetwork, whyNoSmallNetwork } from '../support/small-root.ts'
import { waitFor } from '../support/wait-for.ts'

/** What `--listen` opens for agents on other hosts, and who may come by it, at whatever instance. */

const whyNot = testedRunner === null ? 'containers have no --listen' : whyNoSmallNetwork()
const { start, runs, folder } = agentProcesses()
const agentMain = join(import.meta.dirname, '../../agent/main.ts')
const created = 'joinToken { id } secret installLine'

describe.skipIf(whyNot !== null)(`other hosts${whyNot === null ? '' : ` (skipped: ${whyNot})`}`, () => {
  let network: SmallNetwork
  let platform: TestPlatform

  beforeAll(async () => {
    network = smallNetwork()
    platform = await startPlatform({ env: { ELVES_LISTEN: `${network.address}:0` }, sharesBroker: true })
  })
  afterAll(async () => {
    await platform?.dispose()
    network?.remove()
  })

  async function newToken(input: string): Promise<{ secret: string; installLine: string }> {
    const text = `mutation { createJoinToken(input: { name: "other hosts", ${input} }) { ${created} } }`
    return (await platform.graphql<{ createJoinToken: { secret: string; installLine: string } }>(text)).createJoinToken
  }

  async function decide(mutation: 'approveAgent' | 'revokeAgent', agent: string): Promise<unknown> {
    const reason = mutation === 'revokeAgent' ? ', reason: "stolen"' : ''
    const text = `mutation { ${mutation}(input: { agent: "${agent}"${reason} }) { refusal { code } } }`
    return (await platform.graphql<Record<string, { refusal: unknown }>>(text))[mutation]?.refusal
  }

  /** Asks the door over TLS, trusting the authority of the platform only. */
  async function asked(url: string): Promise<string> {
    const ca = await readFile(join(platform.dataDir, 'tls', 'ca.pem'))
    const [response] = await once(request(url, { ca, agent: false }).end(), 'response')
    return (await response.toArray()).join('')
  }

  test('an agent in a network of its own joins by what the install line names, with the address from which it comes, and runs a task', async () => {
    const { outerUrl } = platform.ready() as Ready | ClusterReady
    const { secret, installLine } = await newToken('maxUses: 1')
    const pin = pinOf(await readFile(join(platform.dataDir, 'tls', 'cert.pem'), 'utf8'))
    expect(installLine).toContain(`'sha256//${pin}' '${outerUrl}/agent/install.sh' | ELVES_JOIN_TOKEN='${secret}'`)
    const script = await asked(`${outerUrl}/agent/install.sh`)
    const [, gateway = ''] = /^gateway='(wss:.*)'$/m.exec(script) ?? []
    const authority = join(platform.dataDir, 'tls', 'ca.pem')
    expect(script).toContain((await readFile(authority, 'utf8')).trim())

    const env = { ELVES_GATEWAY_URL: gateway, ELVES_GATEWAY_CA_FILE: authority, ELVES_JOIN_TOKEN: secret }
    start(env, { wrapper: ['ip', 'netns', 'exec', network.name] })
    const from = network.address.replace(/\d+$/, (last) => String(Number(last) + 1))
    const task = `mutation { runTask(input: { agent: "${from}", app: "app", func: "far" }) { task { state result { message } } } }`
    const { runTask } = await waitFor(
      async () => {
        const answer = await platform.graphql<{ runTask: { task: { state: string } | null } }>(task)
        return answer.runTask.task?.state === 'SUCCEEDED' && answer
      },
      { timeoutMs: 60_000, what: `a task of the agent at ${from} in ${folder()}` },
    )
    expect(runTask.task).toEqual({ state: 'SUCCEEDED', result: { message: 'far' } })
    expect(await runs()).toContain('far')
  })

  test('an agent enrols by the address of the page, which names a gateway, before it starts for the first time', async () => {
    const { outerUrl } = platform.ready() as Ready | ClusterReady
    const { secret } = await newToken('maxUses: 1')
    const data = join(platform.dataDir, 'enrolled-by-command')
    const command = [
      'enrol',
      '--center',
      outerUrl ?? '',
      '--token',
      secret,
      '--ca',
      join(platform.dataDir, 'tls', 'ca.pem'),
      '--data',
      data,
      '--json',
    ]
    const { stdout } = await promisify(execFile)(process.execPath, [agentMain, ...command], { env: { PATH: process.env['PATH'] } })
    const { agentId, isApproved } = JSON.parse(stdout) as { agentId: string; isApproved: boolean }
    expect(isApproved).toBe(true)
    const known = () => platform.graphql<{ agent: { fingerprint: string } | null }>(`{ agent(id: "${agentId}") { fingerprint } }`)
    const { agent } = await waitFor(async () => {
      const answer = await known()
      return answer.agent && answer
    })
    expect(agent).toEqual({ fingerprint: expect.stringMatching(/^SHA256:/) })
  })

  test('who was approved comes in at every gateway, and who was revoked is cut and refused at every gateway', async () => {
    const ready = platform.ready() as Ready | ClusterReady
    const gateways = 'instances' in ready ? ready.instances.gateway : [ready.url]
    const { secret: joinToken } = await newToken('approve: false')
    for (const [index, at] of gateways.entries()) {
      const other = gateways[(index + 1) % gateways.length] ?? at
      const signer = signerOf(newPrivateKey())
      const { agentId, ip } = testHello()
      const greeting = async (gateway: string) => {
        const agent = await TestAgent.connect(`${gateway.replace('http', 'ws')}/gateway`)
        agent.greet(signer, { agentId, ip, joinToken })
        return agent
      }
      expect((await (await greeting(at)).heard('CenterRefusal')).code).toBe('AGENT_PENDING')
      expect(await decide('approveAgent', agentId)).toBeNull()
      const linked = await greeting(other)
      await linked.heard('CenterWelcome')
      expect(await decide('revokeAgent', agentId)).toBeNull()
      expect(await linked.closed()).toBe('4403 AGENT_REVOKED')
      expect((await (await greeting(at)).heard('CenterRefusal')).code).toBe('AGENT_REVOKED')
    }
  })
})
