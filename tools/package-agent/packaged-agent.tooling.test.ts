import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { release } from '@elves/core/foundation/release.ts'
import { installLine } from '@elves/query-service/agent-packages/install-script.ts'
import { pinOf } from '@elves/standalone/listening/door-certificate.ts'
import { standaloneFile } from '@elves/standalone/ready-file.ts'
import { startPlatform, type TestPlatform, testedShape } from '@elves/tests/support/platform.ts'
import { type SmallNetwork, type SmallRoot, smallNetwork, smallRoot, whyNoSmallNetwork, whyNoSmallRoot } from '@elves/tests/support/small-root.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { architectures } from './node-runtime.ts'
import { packageAgent } from './package-agent.ts'

/** The package of the agent on a host without Node, npm and Python, from the pasted line to a task that ran. */

const whyNot = testedShape === 'standalone' ? whyNoSmallRoot() : 'it is the same in every shape'
const whyNoNetwork = whyNot === null ? whyNoSmallNetwork() : whyNot
const ip = '127.0.0.77'
const farIp = '127.0.0.78'
const worker = `read -r greeting <greeting.txt
printf '<ElvesWFlag>true</ElvesWFlag><ElvesWResult>%s from %s, node: %s</ElvesWResult>' "$greeting" "$2" "$(command -v node)"
`

async function putApp(root: SmallRoot, text = worker): Promise<void> {
  const app = join(root.path, 'var/lib/elves-agent/apps/greet')
  await mkdir(app, { recursive: true })
  await writeFile(join(app, 'app-worker.sh'), text)
  await writeFile(join(app, 'greeting.txt'), 'hello\n')
}

describe.skipIf(whyNot !== null)(`the packaged agent${whyNot === null ? '' : ` (skipped: ${whyNot})`}`, () => {
  let folder: string
  let platform: TestPlatform
  let host: SmallRoot
  let far: SmallRoot | null = null
  let own: SmallRoot | null = null
  let network: SmallNetwork | null = null
  const started: ChildProcess[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'elves-packages-'))
    const architecture = architectures.filter((name) => name === process.arch)
    network = whyNoNetwork === null ? smallNetwork() : null
    const listen = network === null ? {} : { ELVES_LISTEN: `${network.address}:0` }
    const made = await packageAgent({ out: folder, architectures: architecture, level: 1, withDeb: false, cacheDir: '', say: () => {} })
    host = await smallRoot()
    platform = await startPlatform({ env: { ELVES_PACKAGES_DIR: folder, ...listen } })
    expect(made).toEqual([`elves-agent-${release}-linux-${process.arch}.tar.gz`, `elves-agent-linux-${process.arch}_${release}.zip`])
  })

  afterAll(async () => {
    await endAgents()
    await platform?.dispose()
    await host?.remove()
    await far?.remove()
    await own?.remove()
    network?.remove()
    await rm(folder, { recursive: true, force: true })
  })

  async function endAgents(): Promise<void> {
    for (const child of started.splice(0)) {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    }
  }

  const token = () => new URL(platform.ready().gatewayUrl).searchParams.get('token') ?? ''
  const pasted = () => installLine(platform.ready().url, token())

  async function startAgent(root = host): Promise<ChildProcess> {
    const child = root.start('exec /usr/local/bin/elves-agent')
    started.push(child)
    return child
  }

  async function agentAt(ip: string): Promise<{ id: string; state: string; platform: string } | null> {
    const text = '{ agents { nodes { id ip state platform } } }'
    const { agents } = await platform.graphql<{ agents: { nodes: { id: string; ip: string; state: string; platform: string }[] } }>(text)
    return agents.nodes.find((agent) => agent.ip === ip) ?? null
  }

  const connected = (ip: string) => waitFor(async () => ((await agentAt(ip))?.state === 'CONNECTED' ? agentAt(ip) : null), { timeoutMs: 60_000 })

  async function answerOf(ip: string, func: string): Promise<unknown> {
    const text = `mutation { runTask(input: { agent: "${ip}", app: "greet", func: "${func}" }) { task { state result { message } failure { message } } } }`
    const { runTask } = await platform.graphql<{ runTask: { task: unknown } }>(text)
    return runTask.task
  }

  test('is installed by the pasted line, runs a task, and is the same agent after it was installed again', async () => {
    expect(await host.run(pasted())).toContain(`installed release ${release} to /opt/elves-agent`)
    const config = join(host.path, 'etc/elves-agent/agent.env')
    expect((await stat(config)).mode & 0o777).toBe(0o600)
    await appendFile(config, `ELVES_AGENT_IP=${ip}\n`)
    await putApp(host)

    expect(await host.run('elves-agent --version')).toBe(`${release}\n`)
    const help = await host.run('elves-agent --help')
    for (const named of ['--check', '--config', 'elves-agent enrol', 'elves-agent rotate-key', 'elves-agent try', 'ELVES_GATEWAY_URL']) {
      expect(help).toContain(named)
    }
    const report = await host.run('elves-agent --check')
    expect(report).toMatch(/^OK +center .* answers$/m)
    expect(report).toMatch(/^WARN +python3 /m)
    expect(report).not.toContain('LACKS')

    expect(await host.run('elves-agent try greet two')).toContain('result: hello from two, node: \n')

    const enrolled = JSON.parse(await host.run('elves-agent enrol --json'))
    expect(enrolled).toMatchObject({ isApproved: true, fingerprint: expect.stringMatching(/^SHA256:/) })
    const first = await startAgent()
    const agent = await connected(ip)
    expect(agent.id).toBe(enrolled.agentId)
    expect(agent.platform).toBe(`linux-${process.arch}`)
    // What was seen as connected may be the link of the command before.
    const answer = await waitFor(async () => answerOf(ip, 'one'), { timeoutMs: 60_000, what: 'a task' })
    expect(answer).toEqual({ state: 'SUCCEEDED', result: { message: 'hello from one, node: ' }, failure: null })
    first.kill('SIGKILL')
    await once(first, 'exit')

    const { agentId, fingerprint } = JSON.parse(await host.run('elves-agent rotate-key --json'))
    expect(agentId).toBe(agent.id)
    expect(fingerprint).not.toBe(enrolled.fingerprint)
    expect(JSON.parse(await host.run('elves-agent enrol --json'))).toEqual({ agentId, fingerprint, isApproved: true })

    // The settings that somebody changed stay; the join token is the one of the last line.
    expect(await host.run(pasted())).toContain('is there already')
    expect(await readFile(config, 'utf8')).toContain(`ELVES_AGENT_IP=${ip}\n`)
    await startAgent()
    await waitFor(async () => ((await answerOf(ip, 'two')) as { state: string }).state === 'SUCCEEDED', { timeoutMs: 60_000 })
    expect((await agentAt(ip))?.id).toBe(agent.id)
  })

  test.skipIf(whyNoNetwork !== null)('joins from a network of its own by TLS, with a line that pins the key of the center', async () => {
    const { outerUrl } = (await standaloneFile.read(platform.dataDir)) ?? { outerUrl: null }
    const pin = pinOf(await readFile(join(platform.dataDir, 'tls', 'cert.pem'), 'utf8'))
    far = await smallRoot(network?.name)
    const other = installLine(outerUrl ?? '', token(), Buffer.alloc(32).toString('base64'))
    await expect(far.run(`${other}; test -e /opt/elves-agent`)).rejects.toThrow(/public key/)
    const text = 'mutation { createJoinToken(input: { name: "far", maxUses: 1 }) { secret installLine } }'
    const { createJoinToken } = await platform.graphql<{ createJoinToken: { secret: string; installLine: string } }>(text)
    expect(createJoinToken.installLine).toBe(installLine(outerUrl ?? '', createJoinToken.secret, pin))
    expect(await far.run(createJoinToken.installLine)).toContain(`installed release ${release}`)
    const config = join(far.path, 'etc/elves-agent/agent.env')
    expect(await readFile(config, 'utf8')).toContain(`ELVES_GATEWAY_URL='${outerUrl?.replace('https', 'wss')}/gateway'\n`)
    await appendFile(config, `ELVES_AGENT_IP=${farIp}\n`)
    await putApp(far)
    expect(await far.run('elves-agent --check')).toMatch(/^OK +center +https:/m)
    await startAgent(far)
    await connected(farIp)
    expect(await answerOf(farIp, 'three')).toMatchObject({ state: 'SUCCEEDED', result: { message: 'hello from three, node: ' } })
  })

  test('is installed with wget alone, as a user of its own, who has its data and whom workers are', async () => {
    // An agent of another root runs, with the same path of its data folder, in the same network.
    own = await smallRoot()
    const [user, userIp] = ['elves-agent', '127.0.0.79']
    await rm(join(own.path, 'usr/bin/curl'))
    for (const [file, line] of [
      ['passwd', 'root:x:0:0::/root:/bin/sh'],
      ['group', 'root:x:0:'],
    ]) {
      await writeFile(join(own.path, 'etc', file ?? ''), `${line}\n`)
    }
    const line = pasted().replace('curl -fsS', 'wget -qO-').replace(/ sh$/, ` ELVES_AGENT_IP=${userIp} sh -s -- --own-user`)
    expect(await own.run(line)).toContain(`installed release ${release}`)
    await putApp(own, 'printf "<ElvesWFlag>true</ElvesWFlag><ElvesWResult>%s</ElvesWResult>" "$(id -un)"\n')
    const as = `setpriv --reuid=${user} --regid=${user} --clear-groups --`
    expect(await own.run(`${as} elves-agent --check`)).not.toContain('LACKS')
    // The shell stays: a process that becomes another user does not end with its parent, but with the first one of its namespace.
    started.push(own.start(`${as} /usr/local/bin/elves-agent; true`))
    await connected(userIp)
    const answer = await waitFor(() => answerOf(userIp, 'who'), { timeoutMs: 60_000, what: 'a task' })
    expect(answer).toMatchObject({ state: 'SUCCEEDED', result: { message: user } })
    const owner = await own.run(`stat -c '%U %a' /var/lib/elves-agent/identity.json /etc/elves-agent/agent.env`)
    expect(owner).toBe(`${user} 600\n${user} 600\n`)
  })

  test('is not installed where the archive is not what the center says', async () => {
    const line = pasted().replace(/ sh$/, " sh -c 'sed s/[0-9a-f]\\\\{64\\\\}/0000/ | sh'")
    await expect(host.run(`rm -rf /opt/elves-agent; ${line}`)).rejects.toThrow(/is not what it should be: SHA-256/)
    await expect(stat(join(host.path, 'opt/elves-agent'))).rejects.toThrow('ENOENT')
  })
})
