import type { FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'

/** A package that came in and is not kept yet. */
export interface IncomingPackage {
  readonly file: FileHandle
  readonly bytes: number
  /** 64 lower-case hex digits. */
  readonly sha256: string
}

/** A package that is kept. Either `read` or `close` is called, once. */
export interface KeptPackage {
  readonly bytes: number
  /** Returns its bytes from `start` on. What it holds is let go when the stream ends or is destroyed. */
  read(start: number): Promise<Readable>
  close(): Promise<void>
}

/**
 * Port: where the packages of apps are, each by the SHA-256 of its bytes, so that what was checked under a name can't become something
 * else under it. Several processes may share it. Throws PACKAGE_STORE_UNAVAILABLE where it is out of reach.
 */
export interface AppPackages {
  /**
   * Writes a stream to a file on this machine, gives it to `check`, and keeps it if that resolves; else it is gone. When this resolves, the
   * package is durable. Throws PACKAGE_TOO_LARGE as soon as more bytes have come than may.
   */
  receive<Result>(stream: AsyncIterable<Buffer>, mostBytes: number, check: (incoming: IncomingPackage) => Promise<Result>): Promise<Result>
  /** Returns a package, or null if it is not there. */
  open(sha256: string): Promise<KeptPackage | null>
  /**
   * Removes packages that nobody needs and that came in more than a day before: a younger one may be on its way into the log. Returns how
   * many it removed.
   */
  forget(isNeeded: (sha256: string) => boolean): Promise<number>
  /** Removes what processes that died have left of packages that were coming in. */
  tidy(): Promise<void>
}

/** No package takes so long to come in. */
export const leftoverMs = 86_400_000

/** Returns the name under which a package is kept. */
export function packageName(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError('a package is named by its SHA-256')
  return `${sha256}.zip`
}

/** Returns the SHA-256 of a name of a package; null: it is none. */
export function sha256OfName(name: string): string | null {
  return /^([0-9a-f]{64})\.zip$/.exec(name)?.[1] ?? null
}
