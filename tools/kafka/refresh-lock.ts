import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { commandLine } from '@elves/core/foundation/command-line.ts'

const meaning = 'Writes kafka-jars.lock.json anew: the jars of that broker with their checksums, as Maven resolves and verifies them.'
/** Added by us: without it the broker logs nothing. */
const slf4jSimple = '1.7.36'
const lockFile = new URL('kafka-jars.lock.json', import.meta.url)

async function refresh(kafka: string): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'elves-kafka-lock-'))
  try {
    const jars = await Promise.all((await resolvedJars(kafka, dir)).map(locked))
    jars.sort((a, b) => (a.coordinates < b.coordinates ? -1 : 1))
    await writeFile(lockFile, `${JSON.stringify({ kafka, jars }, null, 2)}\n`)
    process.stdout.write(`Kafka ${kafka}: ${jars.length} jars\n`)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Returns lines of `mvn dependency:list`: `group:artifact:jar:version:scope:/path/of/the.jar`. */
async function resolvedJars(kafka: string, dir: string): Promise<string[]> {
  const list = join(dir, 'list.txt')
  await writeFile(join(dir, 'pom.xml'), project(kafka))
  const options = [`-Dmaven.repo.local=${join(dir, 'repository')}`, '-DincludeScope=runtime', '-DoutputAbsoluteArtifactFilename=true']
  await promisify(execFile)('mvn', ['-q', '-B', 'dependency:list', ...options, `-DoutputFile=${list}`], { cwd: dir })
  const lines = (await readFile(list, 'utf8')).split('\n').map((line) => line.trim())
  return lines.filter((line) => /:(compile|runtime):\//.test(line))
}

async function locked(line: string): Promise<{ coordinates: string; sha256: string }> {
  const [group, artifact, type, version, , path, ...rest] = line.split(':')
  if (type !== 'jar' || path === undefined || rest.length > 0) throw new Error(`not a plain jar: ${line}`)
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
  return { coordinates: `${group}:${artifact}:${version}`, sha256 }
}

function project(kafka: string): string {
  const dependency = (group: string, artifact: string, version: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`
  const dependencies = dependency('org.apache.kafka', 'kafka_2.13', kafka) + dependency('org.slf4j', 'slf4j-simple', slf4jSimple)
  const identity = '<modelVersion>4.0.0</modelVersion><groupId>elves</groupId><artifactId>kafka-lock</artifactId><version>1</version>'
  return `<project>${identity}<dependencies>${dependencies}</dependencies></project>`
}

const [version = ''] = commandLine('node tools/kafka/refresh-lock.ts', meaning).argument('<version>', 'of Kafka').parse().args
await refresh(version)
