import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Matches a comment of TypeScript. A URL in a string looks like one, but contains no path of the repository. */
const comments = /(?:^|[\s,;({])(\/\/[^\n]*|\/\*[\s\S]*?\*\/)/g
/** Matches text with a slash that is not an absolute path and has no placeholders. */
const paths = /(?<![\w./@:<~${*-])(?:\.{1,2}\/)*[\w@.-]+(?:\/[\w@.-]+)+\/?(?![\w<*{$/])/g
const extensions = /\.(?:avsc|graphql|json|md|py|sql|ts)$/

/**
 * Returns the paths in a file's comments that do not exist, if they have one of our file extensions or begin with a folder of the
 * tree. A path may start at the root or the file's folder, or be the end of a path in the tree; `docs/adr/0012` stands for
 * the page with that number.
 */
export function missingCommentPaths(root: string, file: string, tree: readonly string[]): readonly string[] {
  const source = readFileSync(join(root, file), 'utf8')
  const named = [...source.matchAll(comments)].flatMap(([, comment = '']) => comment.match(paths) ?? [])
  return [...new Set(named.map((name) => name.replace(/[./]+$/, '')))].filter((name) => isOurs(name, tree) && !isThere(root, file, name, tree))
}

function isOurs(name: string, tree: readonly string[]): boolean {
  return extensions.test(name) || tree.some((path) => path.startsWith(name.slice(0, name.indexOf('/') + 1)))
}

function isThere(root: string, file: string, name: string, tree: readonly string[]): boolean {
  if (existsSync(join(root, name)) || existsSync(join(root, dirname(file), name))) return true
  return tree.some((path) => `/${path}/`.includes(`/${name}/`) || (/^docs\/adr\/\d{4}$/.test(name) && path.startsWith(`${name}-`)))
}
