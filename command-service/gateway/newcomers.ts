import { closeCodes } from '@elves/schemas/link/protocol.ts'
import type { GatewayLimits } from '../link/link-limits.ts'
import type { Session } from './session.ts'

/** Memory that each chunk from the network takes beside its bytes. */
const pieceBytes = 512

type Newcomer = Pick<Session, 'cut'>

/**
 * The sockets that have not said hello. Anybody can open one, so their number and their bytes are bounded. If there are too many,
 * the one that has waited longest is closed: an agent says its hello at once.
 */
export class Newcomers {
  readonly #limits: Pick<GatewayLimits, 'newcomers' | 'newcomerBytes'>
  /** The bytes that each has sent, in the order in which they connected. */
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

  /** Called when it has said hello, or has gone. */
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
