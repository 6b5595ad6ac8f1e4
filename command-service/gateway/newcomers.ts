import { closeCodes } from '@elves/schemas/link/protocol.ts'
import type { GatewayLimits } from '../link/link-limits.ts'
import type { Session } from './session.ts'

/** What each piece from the network costs in memory beside its bytes. */
const pieceBytes = 512

type Newcomer = Pick<Session, 'cut'>

/**
 * The sockets that have not said hello: strangers, so that they are bounded in number and in bytes over all of them. Where
 * there are too many, the one that has waited longest is closed: an agent says its hello at once.
 */
export class Newcomers {
  readonly #limits: Pick<GatewayLimits, 'newcomers' | 'newcomerBytes'>
  /** With what each has brought, in the order of coming. */
  readonly #bytesOf = new Map<Newcomer, number>()
  #bytes = 0

  constructor(limits: Pick<GatewayLimits, 'newcomers' | 'newcomerBytes'>) {
    this.#limits = limits
  }

  get count(): number {
    return this.#bytesOf.size
  }

  get bytes(): number {
    return this.#bytes
  }

  came(newcomer: Newcomer): void {
    this.#bytesOf.set(newcomer, 0)
    this.#makeRoom()
  }

  brought(newcomer: Newcomer, bytes: number): void {
    const known = this.#bytesOf.get(newcomer)
    if (known === undefined) return
    this.#bytesOf.set(newcomer, known + bytes + pieceBytes)
    this.#bytes += bytes + pieceBytes
    this.#makeRoom()
  }

  /** It said hello, or has gone. */
  left(newcomer: Newcomer): void {
    this.#bytes -= this.#bytesOf.get(newcomer) ?? 0
    this.#bytesOf.delete(newcomer)
  }

  #makeRoom(): void {
    while (this.count > this.#limits.newcomers || this.#bytes > this.#limits.newcomerBytes) {
      const [oldest] = this.#bytesOf.keys()
      if (!oldest) return
      this.left(oldest)
      oldest.cut(closeCodes.tryAgainLater, 'OVERLOADED')
    }
  }
}
