import { mkdir, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { agentProgramOf } from '@elves/core/app-package/agent-program.ts'
import { fileSha256 } from '@elves/core/foundation/file-hash.ts'
import { release as ownRelease } from '@elves/core/foundation/release.ts'
import { debName, writeDeb, writeProgramZip, writeTarGz } from './archives.ts'
import { bundleAgent } from './bundle.ts'
import { type Architecture, nodeRuntime } from './node-runtime.ts'
import { packageFolder } from './package-folder.ts'

export interface PackageAgent {
  readonly out: string
  readonly architectures: readonly Architecture[]
  /** 1 to 9, as gzip has them. */
  readonly level: number
  readonly withDeb: boolean
  /** What the agent says that it is; default the release of the tree. */
  readonly release?: string
  /** Where a Node that is not installed is kept; '' is ~/.cache/elves. */
  readonly cacheDir: string
  readonly say: (text: string) => void
}

/**
 * Makes the packages of the agent in a folder: for each architecture the laid out files, a tar.gz, a zip that agents take as their next
 * program, and, where `dpkg-deb` is, a .deb; and
 * SHA256SUMS of the archives, in the form of `sha256sum`. Returns the names of the archives.
 */
export async function packageAgent({
  out,
  architectures,
  level,
  withDeb,
  cacheDir,
  say,
  release = ownRelease,
}: PackageAgent): Promise<readonly string[]> {
  await mkdir(out, { recursive: true })
  const bundle = await bundleAgent(release)
  for (const { name, code } of bundle.files) say(`${name}: ${Math.ceil(code.length / 1024)} KiB`)
  const archives: string[] = []
  for (const architecture of architectures) {
    const runtime = await nodeRuntime(architecture, cacheDir)
    const folder = join(out, `elves-agent-${release}-linux-${architecture}`)
    await packageFolder(folder, { bundle, runtime, release })
    const tarGz = `${folder}.tar.gz`
    await writeTarGz({ folder, file: tarGz, level })
    archives.push(tarGz)
    const app = agentProgramOf(`linux-${architecture}`)
    const zip = join(out, `${app}_${release}.zip`)
    await writeProgramZip({ folder, file: zip, level, app, release })
    archives.push(zip)
    if (!withDeb) continue
    const deb = join(out, debName(release, architecture))
    if (await writeDeb({ folder, file: deb, level, release, architecture })) archives.push(deb)
    else say(`No ${basename(deb)}: this machine has no dpkg-deb (Debian and Ubuntu: the package dpkg).`)
  }
  const sums: string[] = []
  for (const archive of archives) {
    sums.push(`${await fileSha256(archive)}  ${basename(archive)}\n`)
    say(`${basename(archive)}: ${((await stat(archive)).size / 1e6).toFixed(1)} MB`)
  }
  await writeFile(join(out, 'SHA256SUMS'), sums.join(''))
  return archives.map((archive) => basename(archive))
}
