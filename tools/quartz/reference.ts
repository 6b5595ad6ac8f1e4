import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { fetchedJars, type LockedJar } from '@elves/standalone/kafka/kafka-jars.ts'
import { doubtful, handPicked, randomRule, referenceZones, rulesAtChanges, seeded, zonesWithChanges } from './sample-rules.ts'

const meaning = "Writes core/domain/schedule-rule/reference anew: what Quartz's own CronExpression makes of rules. Needs Java 17."
const lists = new URL('../../core/domain/schedule-rule/reference/', import.meta.url)
const randomRules = 2_200

/** Asks the program in Java; the answers are in the order of the requests. */
async function ask(jar: string, requests: readonly string[]): Promise<string[]> {
  const program = fileURLToPath(new URL('QuartzReference.java', import.meta.url))
  const java = spawn('java', ['-cp', jar, program], { stdio: ['pipe', 'pipe', 'inherit'] })
  java.stdin.end(requests.map((request) => `${request}\n`).join(''))
  const answers: string[] = []
  for await (const line of createInterface({ input: java.stdout })) answers.push(line)
  if (java.exitCode === null) await once(java, 'exit')
  if (java.exitCode !== 0 || answers.length !== requests.length)
    throw new Error(`${answers.length} answers to ${requests.length} requests; exit code ${java.exitCode}`)
  return answers
}

async function write(name: string, lines: readonly string[]): Promise<void> {
  await writeFile(new URL(name, lists), `${lines.join('\n')}\n`)
  process.stdout.write(`${name}: ${lines.length} lines\n`)
}

commandLine('node tools/quartz/reference.ts', meaning).parse()
const locked = JSON.parse(await readFile(new URL('quartz-jar.lock.json', import.meta.url), 'utf8')) as LockedJar
const dir = join(process.env['ELVES_CACHE_DIR'] || join(homedir(), '.cache', 'elves'), 'quartz')
const [jar = ''] = await fetchedJars({ jars: [locked], dir, repository: process.env['ELVES_MAVEN_REPOSITORY'] ?? '', logger: silentLogger })

const random = seeded(20_261_126)
const samples = [...handPicked, ...Array.from({ length: randomRules }, () => randomRule(random))]
const fires = samples.map((rule, index) => `${referenceZones[index % referenceZones.length]}\t${rule}`)
const answers = await ask(
  jar,
  fires.map((one) => `FIRES\t${one}`),
)
const answered = fires.map((one, index) => `${one}\t${answers[index]}`)
const endless = answered.filter((line) => line.endsWith('ENDLESS'))
await write(
  'fires.tsv',
  answered.filter((line) => !endless.includes(line)),
)
for (const line of endless) process.stdout.write(`Quartz does not end with ${line}\n`)

const verdicts = await ask(
  jar,
  doubtful.map((text) => `VALID\t${text}`),
)
await write(
  'doubtful.tsv',
  doubtful.map((text, index) => `${text}\t${verdicts[index]}`),
)

const zones = [...new Set<string>([...referenceZones, ...zonesWithChanges])]
const changes = await ask(
  jar,
  zones.map((zone) => `CHANGES\t${zone}`),
)
await write(
  'offset-changes.tsv',
  zones.map((zone, index) => `${zone}\t${changes[index]}`),
)

const atChanges = zonesWithChanges.flatMap((zone) => {
  const instants = (changes[zones.indexOf(zone)] ?? '').split(',')
  return rulesAtChanges.flatMap((rule) => instants.map((change) => `${zone}\t${rule}\t${change}`))
})
const expected = await ask(
  jar,
  atChanges.map((one) => `CONTRACT\t${one}`),
)
await write(
  'at-changes.tsv',
  atChanges.map((one, index) => `${one}\t${expected[index]}`),
)
