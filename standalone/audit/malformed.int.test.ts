import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { csvHead } from '@elves/core/audit/export-csv.ts'
import { signHead } from '@elves/core/audit/head.ts'
import { logLeafHash, TreeEdge } from '@elves/core/audit/tree.ts'
import { newPrivateKey, signerOf } from '@elves/core/foundation/ed25519.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditReport, verifyFile } from './verify-report.ts'

/** Exports that no platform writes, with a head that is genuine and signed by the trusted key. */

const program = join(import.meta.dirname, '../../tools/audit/verify.py')
const run = promisify(execFile)
const signer = signerOf(newPrivateKey())

const large = 'x'.repeat(300)
const printed = 'y'.repeat(300)
// As leaves are written: the text of a parameter, what a task has printed, and what an agent says that looks like both and is short.
const data = `{"param":{"sha256":"${hash('sha256', large)}","byteCount":300},"printed":"[aged out: 300 bytes, SHA-256 ${hash('sha256', printed)}]","said":${JSON.stringify(`{"sha256":"${'0'.repeat(64)}","byteCount":1},"[aged out: 1 bytes, SHA-256 ${'0'.repeat(64)}]"`)}}`
const eventText = (index: number, id: string) =>
  `{"position":${index + 1},"id":"${id}-0000-4000-8000-000000000000","stream":"task-1","version":${index},"type":"TaskRequested"${index === 3 ? `,"data":${data}` : ''}}`
const value = (text: string, told: string | null = text) => JSON.stringify({ value: { sha256: hash('sha256', text), text: told } })
const texts = [value(large), value(printed, null)]
function eventLine(index: number, id = `0000000${index}`): string {
  const event = eventText(index, id)
  return `{"index":${index},"leaf":"${logLeafHash(event).toString('hex')}","treeId":"${id}","event":${event}}`
}
const forged = (index: number) => eventLine(index, 'ffffffff')

const genuine = [0, 1, 2, 3].map((index) => eventLine(index))
const edge = new TreeEdge()
for (const index of [0, 1, 2, 3]) edge.add(logLeafHash(eventText(index, `0000000${index}`)))
const rootHash = edge.root().toString('hex')
const head = { ...signHead(signer, { logId: 'aaaaaaaa', size: 4, rootHash, signedAt: 1 }), publicKey: signer.publicKey }
const begin = (changes: object = {}) => JSON.stringify({ export: { format: 1, logId: 'aaaaaaaa', first: 0, next: 4, left: [], ...changes } })
const close = (changes: object = {}) => JSON.stringify({ closingHead: { ...head, right: [], ...changes } })
const end = (events: number) => JSON.stringify({ end: { events, position: null } })

function csvRow(kind: string, line: string): string {
  return [kind, '', '', '', ...'any lie that people would read in this row'.split(' ').concat('x'), `"${line.replaceAll('"', '""')}"`].join(',')
}

const honest = [begin(), ...genuine, ...texts, close(), end(4)]
const cases: Readonly<Record<string, readonly [readonly string[], RegExp]>> = {
  'nothing is wrong': [honest, /^OK: events 0 to 3 of log aaaaaaaa /],
  'an event stands before the export begins': [
    [forged(0), begin(), ...genuine, ...texts, close(), end(5)],
    /^UNREADABLE: the line after event -1 stands where an export has none like it/,
  ],
  'an event stands behind the head': [
    [begin(), ...genuine, ...texts, close(), forged(4), end(5)],
    /^UNREADABLE: the line after event 3 stands where an export has none like it/,
  ],
  'all events are others, and the count that says where they begin is a text': [
    [begin({ first: '0' }), ...[0, 1, 2, 3].map(forged), close({ right: [rootHash] }), end(4)],
    /^UNREADABLE: the beginning is none of an export/,
  ],
  'all events are others, and the count that says where they begin is true': [
    [begin({ first: true, left: [rootHash] }), ...[1, 2, 3].map(forged), close({ right: [rootHash] }), end(3)],
    /^UNREADABLE: the beginning is none of an export/,
  ],
  'the size of the head is a text': [
    [begin(), ...genuine, ...texts, close({ size: '4' }), end(4)],
    /^UNREADABLE: the line after event 3 is none of an export/,
  ],
  'the export says that it is of another log': [
    [begin({ logId: 'bbbbbbbb' }), ...genuine, ...texts, close(), end(4)],
    /^REPLACED: the head is of log aaaaaaaa, and the export says that it is of another/,
  ],
  'the export says that it has fewer events': [
    [begin({ next: 3 }), ...genuine, ...texts, close(), end(4)],
    /^UNREADABLE: the export says that its events end with 2, and they end with 3/,
  ],
  'a large text was left out': [
    [begin(), ...genuine, value(printed), close(), end(4)],
    /^CHANGED 3: a large text of it is neither here nor said to be aged out/,
  ],
  'what a task printed was left out': [
    [begin(), ...genuine, value(large), close(), end(4)],
    /^CHANGED 3: a large text of it is neither here nor said to be aged out/,
  ],
  'rows of a CSV are of no kind, and people read a lie in them': [
    [csvHead, ...honest.map((line) => csvRow('x', line))],
    /^UNREADABLE: the line after event -1 is none of an export/,
  ],
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-audit-malformed-'))
  await writeFile(join(folder, 'key'), `${signer.publicKey}\n`)
})
afterAll(() => rm(folder, { recursive: true }))

test.each(Object.entries(cases))('both verifiers say the same where %s', async (_, [lines, expected]) => {
  const [file, key] = [join(folder, 'export'), join(folder, 'key')]
  await writeFile(file, `${lines.join('\n')}\n`)
  const said = auditReport(await verifyFile({ file, keys: [key], heads: [] }))
  expect(said).toMatch(expected)
  const byPython = await run('python3', ['-B', program, file, '--key', key]).catch((error: { readonly stdout: string }) => error)
  expect(byPython.stdout).toBe(said)
})

test('half a line, which a crash left in a file of heads, is passed over; a file without a whole one is refused', async () => {
  const [file, heads, half] = [join(folder, 'export'), join(folder, 'heads'), join(folder, 'half')]
  const line = JSON.stringify(head)
  await writeFile(file, `${honest.join('\n')}\n`)
  await writeFile(heads, `${line.slice(0, 20)}\n${line}\n`)
  await writeFile(half, line.slice(0, 20))
  const said = auditReport(await verifyFile({ file, keys: [], heads: [heads] }))
  expect(said).toMatch(/^OK: /)
  expect((await run('python3', ['-B', program, file, '--head', heads])).stdout).toBe(said)
  await expect(verifyFile({ file, keys: [], heads: [half] })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  await expect(run('python3', ['-B', program, file, '--head', half])).rejects.toMatchObject({ code: 2 })
})
