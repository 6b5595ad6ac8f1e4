import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownProgram } from '@elves/agent/app-store/own-program.ts'
import { release } from '@elves/core/foundation/release.ts'
import { installLine } from '@elves/query-service/agent-packages/install-script.ts'
import { appPackage, putPackage } from '@elves/tests/support/app-package.ts'
import { startPlatform, type TestPlatform, testedShape } from '@elves/tests/support/platform.ts'
import { type SmallRoot, smallRoot, whyNoSmallRoot } from '@elves/tests/support/small-root.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { architectures } from './node-runtime.ts'
import { packageAgent } from './package-agent.ts'

/** Agents are brought to another release by a rollout of the center: the packaged agent, on a host without Node. */

const whyNot = testedShape === 'standalone' ? whyNoSmallRoot() : 'it is the same in every shape'
const ip = '127.0.0.79'
const next = '9.9.1'
const patience = { timeoutMs: 120_000 }
const worker = `[ "$2" = long ] && sleep 1000
printf '<ElvesWFlag>true</ElvesWFlag><ElvesWResult>%s</ElvesWResult>' "$2"
`

/** A program that says its version, and does something else than an agent when it shall work. */
async function brokenProgram(version: string, does: string): Promise<Buffer> {
  const node = `#!/bin/sh\ncase "$*" in *--version*) echo ${version};; *) ${does};; esac\n`
  const zip = new ZipFile()
  zip.addBuffer(Buffer.from(node), 'lib/node', { mode: 0o100755 })
  zip.addBuffer(Buffer.from('// never read'), 'lib/elves-agent.cjs')
  zip.addBuffer(Buffer.from(JSON.stringify({ name: ownProgram, version })), 'elves.json')
  zip.end()
  const chunks: Buffer[] = []
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}

describe.skipIf(whyNot !== null)(`an agent that shall be another release${whyNot === null ? '' : ` (skipped: ${whyNot})`}`, () => {
  let folder: string
  let platform: TestPlatform
  let host: SmallRoot
  let loop: ChildProcess | null = null
  let said = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'elves-update-'))
    const made = { architectures: architectures.filter((name) => name === process.arch), level: 1, withDeb: false, cacheDir: '', say: () => {} }
    await packageAgent({ ...made, out: join(folder, 'first') })
    await packageAgent({ ...made, out: join(folder, 'next'), release: next })
    host = await smallRoot()
    platform = await startPlatform({ env: { ELVES_PACKAGES_DIR: join(folder, 'first') } })
    const token = new URL(platform.ready().gatewayUrl).searchParams.get('token') ?? ''
    await host.run(installLine(platform.ready().url, token))
    const settings = { ELVES_AGENT_IP: ip, ELVES_AGENT_UPDATE_REACH_MS: 8_000, ELVES_AGENT_UPDATE_QUIET_MS: 1_000, ELVES_SHUTDOWN_MS: 1_000 }
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
    await appendFile(join(host.path, 'etc/elves-agent/agent.env'), lines.join(''))
    const app = join(host.path, 'var/lib/elves-agent/apps/greet')
    await mkdir(app, { recursive: true })
    await writeFile(join(app, 'app-worker.sh'), worker)
    // As systemd does: whatever ends is started again.
    loop = host.start('while :; do /usr/local/bin/elves-agent </dev/null; sleep 0.3; done')
    for (const stream of [loop.stdout, loop.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        said = (said + chunk).slice(-20_000)
      })
    }
    await waitFor(async () => (await agent())?.state === 'CONNECTED', patience)
    for (const call of [`createApp(input: { name: "${ownProgram}" })`, `bindApp(input: { app: "${ownProgram}", agents: "ip=${ip}" })`])
      await mutate(call)
  })

  afterAll(async () => {
    loop?.kill('SIGKILL')
    if (loop && loop.exitCode === null && loop.signalCode === null) await once(loop, 'exit')
    await platform?.dispose()
    await host?.remove()
    await rm(folder, { recursive: true, force: true })
  })

  async function mutate(call: string): Promise<void> {
    const name = call.slice(0, call.indexOf('('))
    const { [name]: answer } = await platform.graphql<Record<string, { refusal: object | null }>>(`mutation { ${call} { refusal { code message } } }`)
    expect(answer?.refusal).toBeNull()
  }

  async function agent() {
    const text = '{ agents { nodes { id ip state version installedApps { app installed state error { code } } } } }'
    interface Shown {
      readonly id: string
      readonly ip: string
      readonly state: string
      readonly version: string
      readonly installedApps: readonly {
        readonly app: string
        readonly installed: string | null
        readonly state: string
        readonly error: { code: string } | null
      }[]
    }
    const { agents } = await platform.graphql<{ agents: { nodes: Shown[] } }>(text)
    return agents.nodes.find((one) => one.ip === ip) ?? null
  }

  async function upload(version: string, bytes: Buffer): Promise<void> {
    expect(await putPackage(platform.ready(), ownProgram, version, bytes)).toMatchObject({ status: 200 })
  }

  const releaseIt = (version: string) => mutate(`releaseAppVersion(input: { app: "${ownProgram}", version: "${version}" })`)

  async function lastRollout(): Promise<{ to: string; state: string; reason: string | null }> {
    const { rollouts } = await platform.graphql<{ rollouts: { nodes: { to: string; state: string; reason: string | null }[] } }>(
      `{ rollouts(filter: { apps: ["${ownProgram}"] }, first: 1) { nodes { to state reason } } }`,
    )
    return rollouts.nodes[0] ?? { to: '', state: '', reason: null }
  }

  const isBack = (version: string) => async () => {
    const found = await agent()
    return found?.version === version && found.state === 'CONNECTED'
  }

  async function run(func: string, wait = true): Promise<{ id: string; state: string; failure: { code: string } | null }> {
    const text = `mutation { runTask(input: { agent: "${ip}", app: "greet", func: "${func}", timeoutMs: 0, wait: ${wait} }) { task { id state failure { code } } refusal { code } } }`
    const { runTask } = await platform.graphql<{
      runTask: { task: { id: string; state: string; failure: { code: string } | null }; refusal: unknown }
    }>(text)
    expect(runTask.refusal).toBeNull()
    return runTask.task
  }

  async function eventsOfProgram(): Promise<readonly string[]> {
    const text = `{ events(filter: { apps: ["${ownProgram}"] }, order: OLDEST_FIRST, first: 200) { nodes { type data } } }`
    const { events } = await platform.graphql<{ events: { nodes: { type: string; data: { version?: string; code?: string } }[] } }>(text)
    return events.nodes
      .filter(({ type }) => type.startsWith('AgentApp'))
      .map(({ type, data }) => [type, data.version, data.code].filter(Boolean).join(' '))
  }

  /** Pids of the processes of the agent, as this machine sees them. */
  async function pids(): Promise<readonly number[]> {
    const found: number[] = []
    for (const pid of (await readdir('/proc')).map(Number).filter((one) => one > 0)) {
      const root = await readlink(`/proc/${pid}/root`).catch(() => '')
      const line = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')
      if (root === host.path && line.includes('elves-agent.cjs') && !line.includes('watch-trial')) found.push(pid)
    }
    return found
  }

  test('becomes it, is the same agent, and ends what runs, INTERRUPTED; a kill -9 after that leaves it so', async () => {
    const before = await agent()
    expect(before?.version).toBe(release)
    const long = await run('long', false)
    await waitFor(
      async () => (await platform.graphql<{ task: { state: string } }>(`{ task(id: "${long.id}") { state } }`)).task.state === 'RUNNING',
      patience,
    )
    await upload(next, await readFile(join(folder, 'next', `${ownProgram}_${next}.zip`)))
    await releaseIt(next)
    await waitFor(async () => (await lastRollout()).state === 'DONE', { ...patience, what: `the end of the rollout: ${said}` })
    await waitFor(isBack(next), patience)
    expect(await agent()).toMatchObject({ id: before?.id, installedApps: [{ app: ownProgram, installed: next, state: 'INSTALLED' }] })
    expect(await eventsOfProgram()).toEqual(
      ['AgentAppWanted', 'AgentAppDownloaded', 'AgentAppSwitching', 'AgentAppInstalled'].map((type) => `${type} ${next}`),
    )
    const { task } = await platform.graphql<{ task: unknown }>(`{ task(id: "${long.id}") { state failure { code } } }`)
    expect(task).toMatchObject({ state: 'FAILED', failure: { code: 'INTERRUPTED' } })
    expect(await run('after')).toMatchObject({ state: 'SUCCEEDED' })
    const [pid = 0, ...others] = await pids()
    expect(others).toEqual([])
    process.kill(pid, 'SIGKILL')
    await waitFor(async () => (await pids()).some((one) => one !== pid), patience)
    await waitFor(isBack(next), patience)
    await waitFor(async () => (await run('again')).state === 'SUCCEEDED', patience)
  })

  test.each([
    ['crashes', '9.9.2', 'exit 3'],
    ['hangs', '9.9.3', 'exec sleep 1000'],
  ])('runs the one before again where the new one %s', async (_how, version, does) => {
    await upload(version, await brokenProgram(version, does))
    await releaseIt(version)
    await waitFor(async () => (await lastRollout()).to === version && (await lastRollout()).state === 'ROLLED_BACK', {
      ...patience,
      what: 'the end of the rollout',
    })
    await waitFor(isBack(next), patience)
    await waitFor(async () => (await agent())?.installedApps[0]?.state === 'INSTALLED', patience)
    const events = await eventsOfProgram()
    expect(events).toContain(`AgentAppSwitching ${version}`)
    expect(events).toContain(`AgentAppFailed ${version} AGENT_UPDATE_ROLLED_BACK`)
    expect(await run('after')).toMatchObject({ state: 'SUCCEEDED' })
  })

  test('goes on as it is where the new one does not run here, or is for other hosts', async () => {
    await upload(
      '9.9.4',
      await appPackage({ 'lib/node': 'x', 'lib/elves-agent.cjs': 'x', 'elves.json': JSON.stringify({ name: ownProgram, version: '9.9.4' }) }),
    )
    await releaseIt('9.9.4')
    await waitFor(async () => (await lastRollout()).to === '9.9.4' && (await lastRollout()).state === 'ROLLED_BACK', patience)
    expect(await eventsOfProgram()).toContain('AgentAppFailed 9.9.4 AGENT_UPDATE_INVALID')
    expect((await putPackage(platform.ready(), ownProgram, '9.9.5', await appPackage({ 'a.txt': 'x' }))).body).toMatchObject({
      code: 'PACKAGE_INVALID',
    })
    const other = 'elves-agent-other-cpu'
    await mutate(`createApp(input: { name: "${other}" })`)
    await mutate(`bindApp(input: { app: "${other}", agents: "ip=${ip}" })`)
    const bytes = await appPackage({ 'lib/node': 'x', 'lib/elves-agent.cjs': 'x', 'elves.json': '{}' })
    expect(await putPackage(platform.ready(), other, '1', bytes)).toMatchObject({ status: 200 })
    await mutate(`releaseAppVersion(input: { app: "${other}", version: "1" })`)
    const failed = async () => (await agent())?.installedApps.find(({ app }) => app === other)?.error?.code
    await waitFor(async () => (await eventTypesOf(other)).includes('RolloutRolledBack'), patience)
    expect([undefined, 'AGENT_PLATFORM_OTHER']).toContain(await failed())
    expect(await isBack(next)()).toBe(true)
  })

  async function eventTypesOf(app: string): Promise<readonly string[]> {
    const { events } = await platform.graphql<{ events: { nodes: { type: string }[] } }>(
      `{ events(filter: { apps: ["${app}"] }, first: 100) { nodes { type } } }`,
    )
    return events.nodes.map(({ type }) => type)
  }

  test('is what was installed on the host again when no program is wanted any more', async () => {
    await mutate(`unbindApp(input: { app: "${ownProgram}", agents: "ip=${ip}" })`)
    await waitFor(isBack(release), patience)
    await waitFor(async () => (await agent())?.installedApps.find(({ app }) => app === ownProgram)?.state === 'REMOVED', patience)
    expect(await run('after')).toMatchObject({ state: 'SUCCEEDED' })
    await waitFor(async () => (await readdir(join(host.path, 'var/lib/elves-agent/app-store/versions', ownProgram))).length === 0, patience)
  })
})
