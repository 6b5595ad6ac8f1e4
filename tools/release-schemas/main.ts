import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { release as version } from '@elves/core/foundation/release.ts'
import { messageSchemas } from '@elves/schemas/generated/catalog.ts'
import { lockFile, lockText, readLock } from '@elves/schemas/released/lock-file.ts'
import { type Release, type ReleaseLock, sha256, unreleased } from '@elves/schemas/released/release-lock.ts'
import { goldenFiles, goldenMessages, goldenPath, readHistory } from '@elves/tests/histories/golden-files.ts'
import { outcomeOf, recordHistory } from '@elves/tests/histories/record-history.ts'
import { Option } from 'commander'

const meaning = [
  "Enters today's schemas that no release has yet into schemas/released/released.json, under the version of package.json,",
  'with encoded samples and a recorded history in tests/histories/<version>. Run `npm run generate` afterwards.',
  'What is entered is never changed again.',
].join(' ')

async function main(): Promise<void> {
  const values = commandLine('npm run release-schemas --', meaning)
    .addOption(
      new Option(
        '--unpublished',
        "take back what is entered under this version, and enter today's instead: only while no release of this version has left the house",
      ).conflicts('outcomes'),
    )
    .option(
      '--outcomes',
      'enter nothing; write anew what the recorded histories come to (expected.json), for where the shape of a state or of a read model was changed on purpose',
    )
    .parse()
    .opts<{ unpublished?: boolean; outcomes?: boolean }>()
  const lock: ReleaseLock = existsSync(lockFile) ? readLock() : { releases: [] }
  if (values.outcomes) for (const { release } of lock.releases) await writeOutcome(release)
  else await enter(lock, values.unpublished === true)
}

async function enter(lock: ReleaseLock, isUnpublished: boolean): Promise<void> {
  if (unreleased(lock, messageSchemas).length === 0) {
    process.stdout.write('every schema of today is in the lock\n')
    return
  }
  const others = lock.releases.filter(({ release }) => release !== version)
  if (others.length < lock.releases.length && !isUnpublished) {
    const ways = `give package.json the next version or, if ${version} has not been published, add -- --unpublished`
    throw new Error(`${version} is in the lock already, with other schemas: ${ways}`)
  }
  const release = await recorded(version, { releases: others })
  writeFileSync(lockFile, lockText({ releases: [...others, release] }))
  process.stdout.write(`entered ${release.schemas.length} schemas under ${version}; now run \`npm run generate\`\n`)
}

async function recorded(version: string, earlier: ReleaseLock): Promise<Release> {
  const schemas = unreleased(earlier, messageSchemas)
  const messages = `${JSON.stringify(goldenMessages(schemas), null, 1)}\n`
  const history = (await recordHistory()).map((event) => `${JSON.stringify(event)}\n`).join('')
  mkdirSync(dirname(goldenPath(version, goldenFiles.messages)), { recursive: true })
  writeFileSync(goldenPath(version, goldenFiles.messages), messages)
  writeFileSync(goldenPath(version, goldenFiles.history), history)
  await writeOutcome(version)
  return { release: version, golden: { [goldenFiles.messages]: sha256(messages), [goldenFiles.history]: sha256(history) }, schemas }
}

async function writeOutcome(release: string): Promise<void> {
  const history = readHistory(release)
  if (history.length === 0) return
  writeFileSync(goldenPath(release, goldenFiles.outcome), `${JSON.stringify(await outcomeOf(history), null, 1)}\n`)
}

main().catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exitCode = 1
})
