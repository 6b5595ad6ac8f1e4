import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { chmod, copyFile, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { findOnPath } from '@elves/agent/runner/interpreters.ts'

/** What the install script, and a worker in shell, call for. No Node, no npm, no Python. */
const programs =
  'sh tar gzip curl wget sha256sum uname id cat grep sed cp mv rm ln mkdir chmod chown dirname readlink mkfifo env sleep base64 ls stat useradd setpriv'.split(
    ' ',
  )
/** What the packaged Node needs on a host besides its own file. */
const librariesOfNode = ['libdl.so.2', 'libstdc++.so.6', 'libm.so.6', 'libgcc_s.so.1', 'libpthread.so.0', 'libc.so.6']

/** Why this machine can't run a program in a root of its own; null if it can. */
export function whyNoSmallRoot(): string | null {
  if (process.platform !== 'linux') return 'only on Linux'
  if (process.getuid?.() !== 0) return 'only as root'
  const missing = [...programs, 'ldd', 'unshare', 'chroot'].filter((name) => findOnPath(name, process.env['PATH']) === null)
  if (missing.length > 0) return `this machine has no ${missing.join(', ')}`
  try {
    execFileSync('unshare', ['--mount', '--pid', '--fork', 'true'], { stdio: 'ignore' })
    return null
  } catch {
    return 'this machine lets nobody make namespaces'
  }
}

/** A root of its own: a host with a shell and some tools. */
export interface SmallRoot {
  readonly path: string
  /** Runs a shell command in it to its end; returns all that it printed. Rejects if its exit code is not 0. */
  run(command: string): Promise<string>
  /** Starts a shell command in it. Its processes end with the returned one. */
  start(command: string): ChildProcess
  remove(): Promise<void>
}

/** `network` is the name of a network namespace; without one it is in the network of this machine. */
export async function smallRoot(network?: string): Promise<SmallRoot> {
  const path = await mkdtemp(join(await realpath(tmpdir()), 'elves-root-'))
  // For users of it who are not root.
  await chmod(path, 0o755)
  for (const folder of ['proc', 'dev', 'tmp', 'root', 'etc', 'usr/bin', 'usr/lib', 'usr/lib64']) await mkdir(join(path, folder), { recursive: true })
  for (const link of ['bin', 'lib', 'lib64']) await symlink(`usr/${link}`, join(path, link))
  const files = programs.map((name) => findOnPath(name, process.env['PATH']) ?? '')
  for (const file of files) await copyInto(path, file, join('/usr/bin', basename(file)))
  for (const [name, file] of await librariesOf(files)) await copyInto(path, file, name)
  const [program = 'unshare', ...before] = network === undefined ? ['unshare'] : ['ip', 'netns', 'exec', network, 'unshare']
  const start = (command: string) =>
    spawn(program, [...before, ...enter(path, command)], { env: { PATH: '/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin', HOME: '/root' } })
  return {
    path,
    start,
    async run(command) {
      const child = start(command)
      let output = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (chunk: string) => {
          output += chunk
        })
      }
      const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
      if (code !== 0) throw new Error(`exit code ${code}: ${output}`)
      return output
    },
    // Processes that were killed a moment ago may still end what they wrote.
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 10 }),
  }
}

/** The mounts are seen by these processes only, and go with them. */
function enter(path: string, command: string): string[] {
  const mounts = `mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" /bin/sh -c "$1"`
  return ['--mount', '--pid', '--fork', '--kill-child', '/bin/sh', '-c', mounts, path, command]
}

async function copyInto(root: string, file: string, target: string): Promise<void> {
  await mkdir(dirname(join(root, target)), { recursive: true })
  await copyFile(await realpath(file), join(root, target))
}

/** Returns the libraries that the programs and Node need: where they are looked for, and the file. */
async function librariesOf(files: readonly string[]): Promise<Map<string, string>> {
  const listed = execFileSync('ldd', [...files], { encoding: 'utf8' })
  const found = new Map([...listed.matchAll(/(?:=> )?(\/\S+\.so\S*) \(0x/g)].map(([, file = '']) => [file, file]))
  const node = execFileSync('ldd', [process.execPath], { encoding: 'utf8' })
  for (const [, name = '', file = ''] of node.matchAll(/(\S+) => (\/\S+) \(0x/g)) if (librariesOfNode.includes(name)) found.set(file, file)
  return found
}

/** A network of its own, with one cable to this machine. */
export interface SmallNetwork {
  readonly name: string
  /** The address of this machine on the cable. */
  readonly address: string
  remove(): void
}

/** Why this machine can't make a network of its own; null if it can. */
export function whyNoSmallNetwork(): string | null {
  try {
    smallNetwork().remove()
    return null
  } catch (error) {
    return `this machine lets nobody make a network: ${error instanceof Error ? error.message : error}`
  }
}

export function smallNetwork(): SmallNetwork {
  const id = randomBytes(4).toString('hex')
  const name = `elves-${id}`
  const [here, there] = [`ev${id}a`, `ev${id}b`]
  // Of the block for tests of networks, 198.18.0.0/15.
  const block = `198.18.${randomInt(256)}.${randomInt(64) * 4}`.split('.').map(Number)
  const address = (last: number) => [...block.slice(0, 3), (block[3] ?? 0) + last].join('.')
  const ip = (line: string) => execFileSync('ip', line.split(' '), { stdio: 'pipe' })
  ip(`netns add ${name}`)
  try {
    ip(`link add ${here} type veth peer name ${there} netns ${name}`)
    ip(`addr add ${address(1)}/30 dev ${here}`)
    ip(`link set ${here} up`)
    ip(`-n ${name} addr add ${address(2)}/30 dev ${there}`)
    ip(`-n ${name} link set ${there} up`)
    ip(`-n ${name} link set lo up`)
  } catch (error) {
    ip(`netns del ${name}`)
    throw error
  }
  // The cable goes with the namespace.
  return { name, address: address(1), remove: () => void ip(`netns del ${name}`) }
}
