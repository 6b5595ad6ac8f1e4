import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)
/** Quality 11 takes six times as long as 9 and saves 4 %. */
const quality = 9

/** Writes `.br` and `.gz` beside every asset of the folder, so that no request compresses anything. */
export async function precompress(folder: string): Promise<void> {
  const files = readdirSync(folder).filter((name) => /\.(js|css|svg|json)$/.test(name) && statSync(join(folder, name)).size > 1024)
  await Promise.all(
    files.map(async (name) => {
      const bytes = readFileSync(join(folder, name))
      const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
      const [br, gz] = await Promise.all([brotli(bytes, { params }), zip(bytes, { level: 9 })])
      writeFileSync(join(folder, `${name}.br`), br)
      writeFileSync(join(folder, `${name}.gz`), gz)
    }),
  )
}
