import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EarlierRelease, earlierRelease, whyNoEarlierRelease } from '../support/earlier-release.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** What the guide of enrolment says of agents of earlier releases, with the real agent of one. */

const whyNot = whyNoEarlierRelease()
const root = join(import.meta.dirname, '..', '..')
const ip = '127.0.0.88'

describe.skipIf(whyNot !== null)(`an agent of release 0.2.1${whyNot === null ? '' : ` (skipped: ${whyNot})`}`, () => {
  let earlier: EarlierRelease
  let platform: TestPlatform
  let folder: string
  const running: ChildProcess[] = []

  beforeAll(async () => {
    earlier = await earlierRelease()
    folder = await mkdtemp(join(tmpdir(), 'elves-earlier-agent-'))
    await mkdir(join(folder, 'apps'), { recursive: true })
    await cp(join(root, 'examples', 'apptest'), join(folder, 'apps', 'apptest'), { recursive: true })
    platform = await startPlatform({ shape: 'standalone' })
  })
  afterAll(async () => {
    for (const child of running) await end(child)
    await platform?.dispose()
    await earlier?.remove()
    await rm(folder, { recursive: true, force: true })
  })

  function start(program: string): { readonly child: ChildProcess; said(): string } {
    const settings = { ELVES_GATEWAY_URL: platform.ready().gatewayUrl, ELVES_AGENT_DATA_DIR: folder, ELVES_AGENT_IP: ip }
    const child = spawn(process.execPath, [program], { env: { PATH: process.env['PATH'], ...settings }, stdio: ['ignore', 'ignore', 'pipe'] })
    let text = ''
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    running.push(child)
    return { child, said: () => text }
  }

  async function end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  async function agent(): Promise<{ id: string; state: string; fingerprint: string; version: string } | null> {
    const text = `{ agent(id: "${ip}") { id state fingerprint version } }`
    return (await platform.graphql<{ agent: { id: string; state: string; fingerprint: string; version: string } | null }>(text)).agent
  }

  const connected = () => waitFor(async () => ((await agent())?.state === 'CONNECTED' ? agent() : null), { timeoutMs: 60_000, what: 'the link' })

  async function stateOfTask(): Promise<string | undefined> {
    const text = `mutation { runTask(input: { agent: "${ip}", app: "apptest", func: "helloword" }) { task { state } } }`
    return (await platform.graphql<{ runTask: { task: { state: string } | null } }>(text)).runTask.task?.state
  }

  test('is refused with what to do, and is no agent of the platform', async () => {
    const { child, said } = start(earlier.agent)
    await waitFor(() => said().includes('AGENT_KEY_MISSING'), { timeoutMs: 60_000, what: 'the refusal' })
    expect(said()).toMatch(/the agent has no key.*Upgrade it, or set ELVES_KEYLESS_AGENTS=on at the center/)
    expect(await agent()).toBeNull()
    await end(child)
  })

  test('is served where the center says so, and enrols with its id when it is upgraded', async () => {
    await platform.stop()
    await platform.start({ ELVES_KEYLESS_AGENTS: 'on' })
    const { child } = start(earlier.agent)
    const before = await connected()
    expect(before).toMatchObject({ fingerprint: '', version: '0.2.1' })
    expect(await stateOfTask()).toBe('SUCCEEDED')
    // While the center believes that it is connected, nobody takes its id: an upgrade stops it first.
    child.kill('SIGTERM')
    await once(child, 'exit')

    start(join(root, 'agent', 'main.ts'))
    const after = await waitFor(async () => ((await agent())?.fingerprint ? connected() : null), { timeoutMs: 60_000, what: 'its key' })
    expect(after.id).toBe(before.id)
    expect(await stateOfTask()).toBe('SUCCEEDED')
  })
})
