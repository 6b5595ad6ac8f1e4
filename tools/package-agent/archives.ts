import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { chmod, cp, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGzip } from 'node:zlib'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { ZipFile } from 'yazl'
import type { Architecture } from './node-runtime.ts'

const run = promisify(execFile)
const files = join(import.meta.dirname, 'files')
/** The time of every file in an archive, so that the same content makes the same archive; seconds. */
const fileTime = '1767225600'

export interface ArchiveOptions {
  /** The laid out package. */
  readonly folder: string
  readonly file: string
  /** 1 takes a second, 9 the least space. */
  readonly level: number
}

/** Writes a tar.gz with the content of the folder. Throws FILE_UNUSABLE if there is no `tar`. */
export async function writeTarGz({ folder, file, level }: ArchiveOptions): Promise<void> {
  const flags = ['--sort=name', `--mtime=@${fileTime}`, '--owner=0', '--group=0', '--numeric-owner', '--format=ustar']
  const tar = spawn('tar', ['-c', ...flags, '-C', folder, '.'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(tar, 'exit')
  await Promise.all([pipeline(tar.stdout, createGzip({ level }), createWriteStream(file)), ended])
  const [code] = await ended
  if (code !== 0) throw new ElvesError('FILE_UNUSABLE', `tar ended with exit code ${code}`)
}

/** Writes a zip with the content of the folder and an elves.json: what the center takes as a version of the app that is the agent's program. */
export async function writeProgramZip({
  folder,
  file,
  level,
  app,
  release,
}: ArchiveOptions & { readonly app: string; readonly release: string }): Promise<void> {
  const zip = new ZipFile()
  const mtime = new Date(Number(fileTime) * 1_000)
  zip.addBuffer(Buffer.from(`${JSON.stringify({ name: app, version: release })}\n`), 'elves.json', { mtime, forceDosTimestamp: true })
  const paths = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  for (const path of paths.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    const { mode } = await stat(path)
    zip.addFile(path, relative(folder, path), { mtime, forceDosTimestamp: true, mode, compressionLevel: level })
  }
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(file))
}

export interface DebOptions extends ArchiveOptions {
  readonly release: string
  readonly architecture: Architecture
}

const debianNames: Readonly<Record<Architecture, string>> = { x64: 'amd64', arm64: 'arm64' }

/** Name of the .deb of a release. */
export function debName(release: string, architecture: Architecture): string {
  return `elves-agent_${release}_${debianNames[architecture]}.deb`
}

/** Writes a .deb. Returns false if this machine has no `dpkg-deb`. */
export async function writeDeb({ folder, file, level, release, architecture }: DebOptions): Promise<boolean> {
  if (!(await has('dpkg-deb'))) return false
  const staging = `${file}.staging`
  await rm(staging, { recursive: true, force: true })
  try {
    await layOut(staging, folder, release, architecture)
    const env = { ...process.env, SOURCE_DATE_EPOCH: fileTime }
    const compression = level >= 6 ? ['-Zxz', '-z6'] : ['-Zgzip', `-z${level}`]
    await run('dpkg-deb', ['--root-owner-group', ...compression, '--build', staging, file], { env })
    return true
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function layOut(staging: string, folder: string, release: string, architecture: Architecture): Promise<void> {
  const opt = join(staging, 'opt', 'elves-agent')
  await mkdir(join(staging, 'opt'), { recursive: true })
  await cp(folder, opt, { recursive: true })
  for (const part of ['DEBIAN', 'usr/bin', 'usr/lib/systemd/system', 'usr/share/doc/elves-agent']) {
    await mkdir(join(staging, part), { recursive: true })
  }
  await symlink('/opt/elves-agent/bin/elves-agent', join(staging, 'usr/bin/elves-agent'))
  await cp(join(opt, 'share/elves-agent.service'), join(staging, 'usr/lib/systemd/system/elves-agent.service'))
  await symlink('/opt/elves-agent/share/LICENSES.txt', join(staging, 'usr/share/doc/elves-agent/copyright'))
  const { size } = await stat(join(opt, 'lib/node'))
  await writeFile(join(staging, 'DEBIAN/control'), control(release, architecture, Math.ceil(size / 1024)))
  for (const script of ['postinst', 'prerm', 'postrm']) {
    await cp(join(files, script), join(staging, 'DEBIAN', script))
    await chmod(join(staging, 'DEBIAN', script), 0o755)
  }
}

function control(release: string, architecture: Architecture, installedKilobytes: number): string {
  return `Package: elves-agent
Version: ${release}
Architecture: ${debianNames[architecture]}
Maintainer: Elves
Installed-Size: ${installedKilobytes}
Depends: libc6 (>= 2.28), libstdc++6 (>= 10)
Recommends: python3
Section: admin
Priority: optional
Description: agent of Elves
 Runs the tasks of an Elves center on this host. It brings its own Node.
`
}

async function has(program: string): Promise<boolean> {
  return run(program, ['--version']).then(
    () => true,
    () => false,
  )
}
