import { hash } from 'node:crypto'
import { AgedClaims, told } from './aged-claims.ts'
import { csvHead, readCsvRow } from './export-csv.ts'
import {
  type AgeingProof,
  type ClosingHead,
  type ExportedEvent,
  type ExportHeader,
  type ExportRecord,
  exportFormat,
  isEventRecord,
  readNdjsonLine,
} from './export-records.ts'
import { headKeyId, headOf, isCount, isHeadSigned, type SignedHead } from './head.ts'
import type { LeafValue } from './leaf.ts'
import { edgeParts, logLeafHash, rootOfParts, TreeEdge } from './tree.ts'

/** What can be wrong with an export. tools/audit/verify.py finds the same. */
export type FindingKind =
  /** The content of an event, or a large text of it, is not what the tree has. */
  | 'CHANGED'
  /** The tree has an event that the export has not. */
  | 'REMOVED'
  /** The export has an event that the tree has not. */
  | 'INSERTED'
  | 'REORDERED'
  /** The export ends too early, or the log had more events when an earlier head was made. */
  | 'CUT'
  /** Events between two heads were changed together with their hashes. */
  | 'FORGED'
  /** A signature does not hold. */
  | 'SIGNATURE'
  /** A head is signed by another key than those that are trusted. */
  | 'OTHER_KEY'
  /** The log is another one than the one that an earlier head covers, or than the one that the export says it is of. */
  | 'REPLACED'
  /** An earlier head can not be compared with this part of the log. */
  | 'NOT_COVERED'
  /** A line is none of an export, or stands where an export has none like it. */
  | 'UNREADABLE'

export interface ExportFinding {
  readonly kind: FindingKind
  /** Index of the event in the tree; of several, the first. Null: no single event is meant. */
  readonly index: number | null
  readonly text: string
}

export interface Verdict {
  readonly findings: readonly ExportFinding[]
  readonly events: number
  readonly header: ExportHeader | null
  readonly closingHead: ClosingHead | null
  /** True if nobody said which key to trust: then the export vouches for itself. */
  readonly isOwnKey: boolean
}

export interface Trusted {
  /** Public keys, base64url; where there are none, those beside the earlier heads count, else the key in the export. */
  readonly keys: readonly string[]
  /** Heads that somebody kept. */
  readonly heads: readonly (SignedHead & { readonly publicKey?: string })[]
}

/** Verifies an export, line by line, with the memory of one line and of the heads. */
export async function verifyExport(lines: AsyncIterable<string> | Iterable<string>, trusted: Trusted): Promise<Verdict> {
  const check = new ExportCheck(trusted)
  for await (const line of lines) check.line(line)
  return check.verdict()
}

class ExportCheck {
  readonly #trusted: Trusted
  readonly #findings: ExportFinding[] = []
  readonly #roots = new Map<number, string>()
  #read: ((line: string) => ExportRecord | null) | null = null
  #header: ExportHeader | null = null
  #closing: ClosingHead | null = null
  #isEnded = false
  #events = 0
  /** Index of the next event. */
  #expected = 0
  #edge = new TreeEdge()
  /** Size of the last head that fitted. */
  #proven = 0
  /** An event whose id is not that of the tree: the next line says why. */
  #doubtful: ExportedEvent | null = null
  /** The first events that are missing: they may stand further behind. */
  #gap: { readonly finding: number; readonly from: number; readonly to: number } | null = null
  /** Hashes of the large texts of the last event whose lines are still to come. */
  #owed = new Set<string>()
  /** Those of the last event that stand in it as a text that says that they are aged out: a worker may have printed just that. */
  #looksAged = new Set<string>()
  readonly #claims = new AgedClaims()
  #lastText = ''
  #lastIndex = -1

  constructor(trusted: Trusted) {
    this.#trusted = trusted
    for (const { size } of trusted.heads) this.#roots.set(size, '')
  }

  line(line: string): void {
    if (line === csvHead && this.#read === null) {
      this.#read = readCsvRow
      return
    }
    this.#read ??= readNdjsonLine
    try {
      this.#record(this.#isEnded ? null : this.#read(line))
    } catch {
      this.#record(null)
    }
  }

  #record(record: ExportRecord | null): void {
    if (record === null) {
      this.#find('UNREADABLE', null, this.#isEnded ? 'something follows the end' : `the line after event ${this.#lastIndex} is none of an export`)
    } else if (!this.#isInPlace(record)) {
      this.#find('UNREADABLE', null, `the line after event ${this.#lastIndex} stands where an export has none like it`)
    } else if (isEventRecord(record)) this.#event(record)
    else if ('export' in record) this.#begin(record.export)
    else if ('value' in record) this.#value(record.value)
    else if ('ageing' in record) this.#ageing(record.ageing)
    else if ('head' in record) this.#head(record.head, [])
    else if ('closingHead' in record) this.#close(record.closingHead)
    else this.#end(record.end.events)
  }

  /** Only what stands between the header and the closing head is compared with that head. */
  #isInPlace(record: ExportRecord): boolean {
    return this.#closing ? 'end' in record : this.#header !== null || 'export' in record
  }

  #begin(header: ExportHeader): void {
    if (this.#header || !isHeader(header)) {
      this.#find('UNREADABLE', null, this.#header ? 'an export begins within another' : 'the beginning is none of an export')
      return
    }
    this.#header = header
    this.#expected = header.first
    this.#proven = header.first
    this.#edge = new TreeEdge(
      header.first,
      header.left.map((hex) => Buffer.from(hex, 'hex')),
    )
    this.#noteRoot()
  }

  #event(line: ExportedEvent): void {
    this.#settleDoubt(line)
    const large = [...line.event.matchAll(largeText)]
    this.#owed = new Set(large.map(([, one, aged]) => one ?? aged ?? ''))
    this.#looksAged = new Set(large.map(([, , aged]) => aged ?? ''))
    for (const [, one] of large) if (one !== undefined) this.#looksAged.delete(one)
    this.#events += 1
    this.#lastIndex = line.index
    this.#lastText = line.event
    if (line.leaf === null) {
      this.#find('INSERTED', line.index, `the tree has no such event: ${told(line)}`)
      return
    }
    if (line.index > this.#expected) {
      const count = line.index - this.#expected
      this.#find('REMOVED', this.#expected, `${count === 1 ? 'the event is' : `${count} events are`} missing before ${told(line)}`)
      this.#gap ??= { finding: this.#findings.length - 1, from: this.#expected, to: line.index }
    } else if (line.index < this.#expected) {
      this.#findBehind(line)
      return
    }
    this.#expected = line.index + 1
    const leaf = logLeafHash(line.event).toString('hex')
    if (leaf !== line.leaf) {
      if (idStart(line) === line.treeId) this.#find('CHANGED', line.index, `its content is not what the tree has: ${told(line)}`)
      else this.#doubtful = line
    }
    if (this.#edge.size === line.index) this.#edge.add(Buffer.from(line.leaf, 'hex'))
    this.#noteRoot()
  }

  #findBehind(line: ExportedEvent): void {
    const gap = this.#gap
    if (gap && line.index >= gap.from && line.index < gap.to) {
      const text = `it stands behind event ${this.#expected - 1}: ${told(line)}`
      this.#findings[gap.finding] = { kind: 'REORDERED', index: line.index, text }
    } else this.#find('INSERTED', line.index, `it is there twice: ${told(line)}`)
  }

  /** Tells what became of an event at whose place another one stands; the lines after it do not fit either. */
  #settleDoubt(next: ExportedEvent | null): void {
    this.#settleTexts()
    const line = this.#doubtful
    this.#doubtful = null
    if (!line || this.#findings.length > 0) return
    const isNextMissing = next ? next.index > line.index + 1 : line.index + 1 < (this.#header?.next ?? 0)
    if (next && idStart(next) === line.treeId && idStart(line) === next.treeId) {
      this.#find('REORDERED', line.index, `it and the next one stand in each other's place: ${told(line)}`)
    } else if (isNextMissing || (next && idStart(line) === next.treeId)) {
      this.#find('REMOVED', line.index, `the event whose id begins with ${line.treeId} is missing before ${told(line)}`)
    } else if (next && (next.index === line.index || idStart(next) === line.treeId)) {
      this.#find('INSERTED', line.index, `the tree has no such event: ${told(line)}`)
    } else this.#find('CHANGED', line.index, `another event stands in its place: ${told(line)}`)
  }

  /** Whoever withholds a text has to say that it was aged out. */
  #settleTexts(): void {
    if (this.#owed.size > 0) this.#find('CHANGED', this.#lastIndex, 'a large text of it is neither here nor said to be aged out')
    this.#owed.clear()
  }

  #value({ sha256, text, aged }: LeafValue): void {
    this.#owed.delete(sha256)
    const isOfEvent = /^[0-9a-f]{64}$/.test(sha256) && this.#lastText.includes(sha256)
    if (!isOfEvent || (text !== null && hash('sha256', text) !== sha256)) {
      this.#find('CHANGED', this.#lastIndex, 'a large text is not the one that its event has the hash of')
    } else if (text === null && (aged || !this.#looksAged.has(sha256))) {
      const wrong = this.#claims.claim(aged ?? null, { index: this.#lastIndex, text: this.#lastText })
      if (wrong !== null) this.#find('CHANGED', this.#lastIndex, wrong)
    }
  }

  #ageing(proof: AgeingProof): void {
    if (!this.#claims.show(proof)) this.#record(null)
  }

  /** Compares the root of what was read with a head of the same size; `right` follows what was read. */
  #head(head: SignedHead & { readonly publicKey: string }, right: readonly string[]): void {
    this.#settleDoubt(null)
    if (this.#findings.length > 0) return
    const { size, nodes } = this.#edge
    if (edgeParts(size, head.size).length !== right.length) {
      this.#find('CUT', this.#expected, `a head covers ${head.size} events, and ${size} are before it`)
      return
    }
    if (
      rootOfParts(
        size,
        nodes,
        head.size,
        right.map((hex) => Buffer.from(hex, 'hex')),
      ).toString('hex') === head.rootHash
    ) {
      this.#proven = this.#edge.size
      return
    }
    if (!isHeadSigned(head, head.publicKey)) this.#find('SIGNATURE', null, `the head of ${head.size} events does not bear its own key's signature`)
    else
      this.#find(
        'FORGED',
        this.#proven,
        `events ${this.#proven} to ${this.#edge.size - 1} are not all those that the head of ${head.size} events covers`,
      )
  }

  #close(head: ClosingHead): void {
    this.#settleDoubt(null)
    const until = this.#header?.next ?? 0
    if (this.#findings.length === 0 && this.#expected < until) {
      this.#find('CUT', this.#expected, `the events end with ${this.#expected - 1}, and should end with ${until - 1}`)
    }
    if (!isClosingHead(head)) {
      this.#record(null)
      return
    }
    this.#closing = head
    this.#head(head, head.right)
    if (this.#findings.length === 0) for (const { kind, index, text } of this.#claims.settled(head)) this.#find(kind, index, text)
    if (head.logId !== this.#header?.logId)
      this.#find('REPLACED', null, `the head is of log ${head.logId}, and the export says that it is of another`)
    else if (this.#findings.length === 0 && this.#expected > until) {
      this.#find('UNREADABLE', null, `the export says that its events end with ${until - 1}, and they end with ${this.#expected - 1}`)
    }
  }

  #end(events: number): void {
    this.#isEnded = true
    if (this.#findings.length === 0 && events !== this.#events)
      this.#find('CUT', this.#expected, `${this.#events} events are here, and were ${events}`)
  }

  verdict(): Verdict {
    this.#settleDoubt(null)
    const closing = this.#closing
    if (!this.#isEnded || !closing || !this.#header) this.#find('CUT', this.#expected, 'the file ends before its end')
    const ofHeads = this.#trusted.heads.flatMap(({ publicKey }) => publicKey ?? [])
    const given = this.#trusted.keys.length > 0 ? this.#trusted.keys : ofHeads
    const isOwnKey = given.length === 0
    if (closing) this.#checkSignature(closing, isOwnKey ? [closing.publicKey] : given)
    for (const earlier of this.#trusted.heads) this.#checkEarlier(earlier, closing, isOwnKey ? [closing?.publicKey ?? ''] : given)
    return { findings: this.#findings, events: this.#events, header: this.#header, closingHead: closing, isOwnKey }
  }

  #checkSignature(head: SignedHead, keys: readonly string[]): boolean {
    const key = keys.find((one) => headKeyId(one) === head.keyId)
    if (key === undefined) this.#find('OTHER_KEY', null, `the head of ${head.size} events is signed by key ${head.keyId}, which is not trusted`)
    else if (!isHeadSigned(head, key)) this.#find('SIGNATURE', null, `the head of ${head.size} events is not signed by key ${head.keyId}`)
    else return true
    return false
  }

  #checkEarlier(earlier: SignedHead, closing: ClosingHead | null, keys: readonly string[]): void {
    if (!this.#checkSignature(earlier, keys) || !closing) return
    const root = this.#roots.get(earlier.size)
    if (earlier.size > closing.size) {
      this.#find('CUT', closing.size, `the log had ${earlier.size} events when an earlier head was made, and has ${closing.size}`)
    } else if (earlier.size === closing.size ? earlier.rootHash !== closing.rootHash : root && root !== earlier.rootHash) {
      this.#find('REPLACED', null, `the log is not the one that the earlier head of ${earlier.size} events covers`)
    } else if (earlier.size !== closing.size && !root && this.#findings.length === 0) {
      this.#find(
        'NOT_COVERED',
        null,
        `an earlier head covers ${earlier.size} events, which this part of the log does not show: export from the beginning`,
      )
    }
  }

  #noteRoot(): void {
    if (this.#roots.has(this.#edge.size) && this.#edge.size === this.#expected) this.#roots.set(this.#edge.size, this.#edge.root().toString('hex'))
  }

  #find(kind: FindingKind, index: number | null, text: string): void {
    if (this.#findings.length < 20) this.#findings.push({ kind, index, text })
  }
}

/** How a leaf has a large text: in place of the text, or as ageing out of a task's output leaves it. No text has a quote that is not escaped. */
const largeText = /\{"sha256":"([0-9a-f]{64})","byteCount":\d+\}|[:,[]"\[aged out: \d+ bytes, SHA-256 ([0-9a-f]{64})\]"(?!:)/g

/** A file may have any JSON: a count that is a text would compare like one, and fit nothing that is added to it. */
function isHeader({ format, first, next, left }: ExportHeader): boolean {
  return format === exportFormat && isCount(first) && isCount(next) && next >= first && areHashes(left) && left.length === edgeParts(0, first).length
}

function isClosingHead(head: ClosingHead): boolean {
  return headOf(head) !== null && typeof head.publicKey === 'string' && areHashes(head.right)
}

function areHashes(list: unknown): boolean {
  return Array.isArray(list) && list.every((one) => typeof one === 'string' && /^[0-9a-f]{64}$/.test(one))
}

/** The first digits of the id that the text of an event has. */
function idStart({ event }: ExportedEvent): string {
  return /^\{"position":\d+,"id":"([0-9a-f]{8})/.exec(event)?.[1] ?? ''
}
