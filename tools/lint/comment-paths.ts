import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A comment of TypeScript. A URL in a text looks like one; what it holds is no path of ours. */
const comments = /(?:^|[\s,;({])(\/\/[^\n]*|\/\*[\s\S]*?\*\/)/g
/** Something with a slash in it, not at the root of a file system, with nothing that stands for another name. */
const paths = /(?<![\w./@:<~${*-])(?:\.{1,2}\/)*[\w@.-]+(?:\/[\w@.-]+)+\/?(?![\w<*{$/])/g
const extensions = /\.(?:avsc|graphql|json|md|py|sql|ts)$/

/**
 * Names of files and folders in the comments of a file that are not there: those with an extension of ours, and those below
 * a folder of the tree. A name counts from the root, from the file's folder, or within a path of the tree;
 * `docs/adr/0012` stands for the page of that number.
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
