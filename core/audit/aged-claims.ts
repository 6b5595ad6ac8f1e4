import type { AgeingProof, ExportedEvent } from './export-records.ts'
import { isCount, type SignedHead } from './head.ts'
import type { AgedBy } from './leaf.ts'
import { logLeafHash, rootByPath } from './tree.ts'

/** What is wrong with it, of the event with this index. */
export interface ClaimFinding {
  readonly kind: 'CHANGED' | 'FORGED' | 'NOT_COVERED'
  readonly index: number
  readonly text: string
}

/** What an export says of texts that went by one event. */
interface Claim {
  readonly aged: AgedBy
  /** Index of the first event that one is missing of. */
  readonly first: number
  /** Largest sequence of these events. */
  through: number
}

/** What an export says that was aged out, and the events that it shows for it. Memory is for each event that is named, not for each text. */
export class AgedClaims {
  readonly #claims = new Map<string, Claim>()
  readonly #shown: AgeingProof[] = []

  /** Notes that a text of an event is said to have gone; returns what is wrong with it by itself, or null. */
  claim(aged: AgedBy | null, of: { readonly index: number; readonly text: string }): string | null {
    if (!aged || !isAgedBy(aged)) return 'a large text of it is not here, and no event is named by which it was aged out'
    const sequence = Number(/^\{"position":(\d{1,16}),/.exec(of.text)?.[1] ?? 0)
    const claim = this.#claims.get(aged.event)
    if (!claim) this.#claims.set(aged.event, { aged, first: of.index, through: sequence })
    else if (claim.aged.at !== aged.at || claim.aged.rule !== aged.rule) {
      return 'a large text of it is said to be aged out otherwise than another by the same event'
    } else claim.through = Math.max(claim.through, sequence)
    return null
  }

  /** Takes an event by which texts went; false: it has another form, or nothing was said of it. */
  show(proof: AgeingProof): boolean {
    if (!isAgeingProof(proof) || this.#shown.length >= this.#claims.size) return false
    this.#shown.push(proof)
    return true
  }

  /** Holds what is said to have gone against the events of the log that the closing head covers. */
  settled({ size, rootHash }: SignedHead): readonly ClaimFinding[] {
    const findings: ClaimFinding[] = []
    const open = new Map(this.#claims)
    for (const { index, event, path } of this.#shown) {
      const nodes = path.map((hex) => Buffer.from(hex, 'hex'))
      const isInLog = rootByPath(logLeafHash(event), index, size, nodes)?.toString('hex') === rootHash
      const said = isInLog ? agedOutBy(event) : null
      const claim = said && open.get(said.event)
      if (!said || !claim) findings.push({ kind: 'FORGED', index, text: 'the log has no such event by which large texts were aged out' })
      else if (claim.aged.at !== said.at || claim.aged.rule !== said.rule || claim.through > said.through) {
        const text = `a large text of it or of a later event was not aged out as the export says: ${told({ event })}`
        findings.push({ kind: 'CHANGED', index: claim.first, text })
      }
      if (said) open.delete(said.event)
    }
    for (const { aged, first } of open.values()) {
      const text = `a large text of it is said to be aged out by event ${aged.event}, which the head does not cover: export again`
      findings.push({ kind: 'NOT_COVERED', index: first, text })
    }
    return findings
  }
}

function isAgedBy({ event, at, rule }: AgedBy): boolean {
  return typeof event === 'string' && isCount(at) && typeof rule === 'string'
}

function isAgeingProof({ index, event, path }: AgeingProof): boolean {
  const areHashes = Array.isArray(path) && path.every((one) => typeof one === 'string' && /^[0-9a-f]{64}$/.test(one))
  return isCount(index) && typeof event === 'string' && areHashes
}

/** Reads the text of an event `ValuesAgedOut`; null: it is another one. */
function agedOutBy(text: string): (AgedBy & { readonly through: number }) | null {
  const { id, type, recordedAt, data } = JSON.parse(text) as {
    readonly id: string
    readonly type: string
    readonly recordedAt: number
    readonly data: { readonly rule: string; readonly through: number }
  }
  return type === 'ValuesAgedOut' ? { event: id, at: recordedAt, rule: data.rule, through: data.through } : null
}

/** Tells people which event it is. */
export function told({ event }: Pick<ExportedEvent, 'event'>): string {
  const start = /^\{"position":(\d+),"id":"([^"]{1,36})","stream":"([^"]{1,512})","version":(\d+),"type":"(\w{1,80})"/.exec(event)
  return start ? `position ${start[1]}, ${start[5]} of ${start[3]}, version ${start[4]}, id ${start[2]}` : 'its text is none of an event'
}
