import { execFileSync } from 'node:child_process'
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A file system of its own, small enough to be filled. Linux, root. */
export class SmallDisk {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async at(path: string, options: { readonly MiB: number; readonly inodes: number }): Promise<SmallDisk> {
    await mkdir(path, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${options.MiB}m,nr_inodes=${options.inodes},mode=755`, 'tmpfs', path])
    return new SmallDisk(path)
  }

  /** Leaves no block. */
  async fillBlocks(): Promise<void> {
    const folder = await this.#filling()
    for (let bytes = 16 * 1024 * 1024, nth = 0; bytes >= 4096; nth++) {
      const isWritten = await writeFile(join(folder, `block-${nth}`), Buffer.alloc(bytes)).then(
        () => true,
        () => false,
      )
      if (!isWritten) bytes /= 2
    }
  }

  /** Leaves no inode. */
  async fillInodes(): Promise<void> {
    const folder = await this.#filling()
    for (let nth = 0; (await statfs(this.path)).ffree > 0; nth++) await writeFile(join(folder, `${nth}`), '').catch(() => undefined)
  }

  async empty(): Promise<void> {
    await rm(join(this.path, 'filling'), { recursive: true, force: true })
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.path])
  }

  async #filling(): Promise<string> {
    const folder = join(this.path, 'filling')
    await mkdir(folder, { recursive: true })
    return folder
  }
}
