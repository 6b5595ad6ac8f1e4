import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type MavenPlaces, mavenRepository, mirrorIn } from './maven-repository.ts'

let dir: string
let places: MavenPlaces

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'elves-test-maven-'))
  places = { userFolder: join(dir, 'user'), home: join(dir, 'maven') }
  for (const folder of ['user', 'maven/conf', 'maven/lib']) await mkdir(join(dir, folder), { recursive: true })
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('takes the repository that is given, before all else', async () => {
  await writeFile(join(dir, 'user/settings.xml'), mirror('https://mirror.invalid/user'))
  expect(await mavenRepository('https://given.invalid/maven', places)).toBe('https://given.invalid/maven')
})

test("takes the mirror of the user's settings, then that of the installation, then the installation's own repository", async () => {
  await writeFile(join(dir, 'maven/lib/maven-model-builder-3.9.jar'), superPom('https://own.invalid/maven'))
  expect(await mavenRepository('', places)).toBe('https://own.invalid/maven')
  await writeFile(join(dir, 'maven/conf/settings.xml'), mirror('https://mirror.invalid/installation'))
  expect(await mavenRepository('', places)).toBe('https://mirror.invalid/installation')
  await writeFile(join(dir, 'user/settings.xml'), mirror('https://mirror.invalid/user'))
  expect(await mavenRepository('', places)).toBe('https://mirror.invalid/user')
})

test('says which setting to use where no repository is known', async () => {
  const unknown = mavenRepository('', { userFolder: join(dir, 'nobody'), home: null })
  await expect(unknown).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', message: expect.stringContaining('ELVES_MAVEN_REPOSITORY') })
})

test.each([
  ['central', 'https://a.invalid'],
  ['*', 'https://a.invalid'],
  ['external:*', 'https://a.invalid'],
  ['other, central', 'https://a.invalid'],
  ['*,!central', null],
  ['external:http:*', null],
  ['other', null],
])('a mirror of %s is taken for: %s', (mirrorOf, wanted) => {
  expect(mirrorIn(mirror('https://a.invalid', mirrorOf))).toBe(wanted)
})

test('takes no mirror that is commented out or blocked', () => {
  expect(mirrorIn(`<!-- ${mirror('https://a.invalid')} -->`)).toBeNull()
  expect(mirrorIn(mirror('https://a.invalid').replace('</mirror>', '<blocked>true</blocked></mirror>'))).toBeNull()
})

function mirror(url: string, mirrorOf = '*'): string {
  return `<settings><mirrors><mirror><id>m</id><mirrorOf>${mirrorOf}</mirrorOf><url>${url}</url></mirror></mirrors></settings>`
}

/** A jar with one entry: the super POM, the parent of all projects. */
function superPom(url: string): Buffer {
  const name = Buffer.from('org/apache/maven/model/pom-4.0.0.xml')
  const bytes = deflateRawSync(Buffer.from(`<project><repositories><repository><url>${url}</url></repository></repositories></project>`))
  const file = Buffer.concat([Buffer.alloc(30), name, bytes])
  file.writeUInt32LE(0x04034b50, 0)
  file.writeUInt16LE(name.length, 26)
  const entry = Buffer.concat([Buffer.alloc(46), name])
  entry.writeUInt32LE(0x02014b50, 0)
  entry.writeUInt16LE(8, 10)
  entry.writeUInt32LE(bytes.length, 20)
  entry.writeUInt16LE(name.length, 28)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(file.length, 16)
  return Buffer.concat([file, entry, end])
}
