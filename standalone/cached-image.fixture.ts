import { useCachedImage } from './cached-image.ts'

const [cacheDir = '', program = import.meta.filename] = process.argv.slice(2)
useCachedImage(cacheDir, program)
const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] }
const hasCompiler = moduleLoadList.some((name) => name.includes('amaro'))
process.stdout.write(JSON.stringify({ pid: process.pid, hasCompiler, cache: process.env['NODE_COMPILE_CACHE'] ?? null }))
