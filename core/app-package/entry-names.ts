import { ElvesError } from '../foundation/errors.ts'

const longestName = 1_024
const longestPart = 255
const deepest = 32
/** Names of a package with the folders that they are in, which a package need not name: all of them are kept in memory. */
const mostNames = 80_000

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Control characters, marks that no one sees or that turn the reading direction, and ends of lines. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

/** Names of one package, as far as they were taken: no two of them may be the same file on any file system. */
export class EntryNames {
  /** By their form without case: how the name was spelled, and whether it is a folder. */
  readonly #taken = new Map<string, { readonly spelled: string; readonly isFolder: boolean; readonly isEntry: boolean }>()

  /**
   * Checks the name of an entry, as its bytes are, and takes it. Returns the parts of its path. Throws PACKAGE_PATH_INVALID where it
   * leaves the package's folder or can't be a file name everywhere, and PACKAGE_NAME_TAKEN.
   */
  take(raw: Buffer): { readonly parts: readonly string[]; readonly isFolder: boolean } {
    const name = textOf(raw)
    const isFolder = name.endsWith('/')
    const parts = (isFolder ? name.slice(0, -1) : name).split('/')
    const fault = faultOf(name, parts)
    if (fault !== null) throw new ElvesError('PACKAGE_PATH_INVALID', `${JSON.stringify(name)}: ${fault}`)
    for (let depth = 1; depth < parts.length; depth += 1) this.#put(parts.slice(0, depth).join('/'), { isFolder: true, isEntry: false })
    this.#put(parts.join('/'), { isFolder, isEntry: true })
    return { parts, isFolder }
  }

  #put(spelled: string, { isFolder, isEntry }: { readonly isFolder: boolean; readonly isEntry: boolean }): void {
    const key = spelled.normalize('NFKC').toUpperCase().toLowerCase()
    const known = this.#taken.get(key)
    if (known && (known.spelled !== spelled || known.isFolder !== isFolder || (known.isEntry && isEntry))) {
      const why = known.spelled === spelled && known.isFolder === isFolder ? 'is there twice' : `can not be beside ${JSON.stringify(known.spelled)}`
      throw new ElvesError('PACKAGE_NAME_TAKEN', `${JSON.stringify(spelled)} ${why}`)
    }
    if (!known && this.#taken.size >= mostNames) throw new ElvesError('PACKAGE_TOO_LARGE', `more than ${mostNames} files and folders`)
    this.#taken.set(key, { spelled, isFolder, isEntry: isEntry || (known?.isEntry ?? false) })
  }
}

function textOf(raw: Buffer): string {
  try {
    return utf8.decode(raw)
  } catch {
    throw new ElvesError('PACKAGE_PATH_INVALID', `${JSON.stringify(raw.toString('latin1'))}: a name must be UTF-8`)
  }
}

/** Both ends check this, and a package is for Linux and Windows: what one of them reads as a path, the other must too. */
function faultOf(name: string, parts: readonly string[]): string | null {
  if (name.startsWith('/')) return 'an absolute path'
  if (/^[A-Za-z]:/.test(name)) return 'a path with a drive'
  if (name.includes('\\')) return 'a backslash'
  if (name.includes(':')) return 'a colon'
  if (unseen.test(name)) return 'a control character, an end of a line or a mark that no one sees'
  if (Buffer.byteLength(name) > longestName || parts.length > deepest) return 'the path is too long or too deep'
  for (const part of parts) {
    if (part === '') return 'an empty part'
    if (part === '.' || part === '..') return 'a part that leads elsewhere'
    if (part.endsWith('.') || part.endsWith(' ')) return 'a part that ends in a dot or a space'
    if (Buffer.byteLength(part) > longestPart) return 'a part that is too long'
  }
  return null
}
