import type { Doors } from '@elves/standalone/ready-file.ts'
import { ZipFile } from 'yazl'
import { headersOf } from './doors.ts'

/** Returns a package of these files: their texts by their paths. */
export async function appPackage(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile()
  // The same files are the same bytes.
  for (const [path, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), path, { mtime: new Date('2026-01-01'), forceDosTimestamp: true })
  zip.end()
  const chunks: Buffer[] = []
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}

/** An app whose function `say` answers with the text. */
export function sayingApp(text: string, manifest?: object): Promise<Buffer> {
  const worker = `print("<ElvesWFlag>true</ElvesWFlag><ElvesWResult>${text}</ElvesWResult>")\n`
  return appPackage({ 'app-worker.py': worker, ...(manifest && { 'elves.json': JSON.stringify(manifest) }) })
}

/** Uploads a package by the door of people. */
export async function putPackage(
  { graphqlUrl, token }: Pick<Doors, 'graphqlUrl' | 'token'>,
  app: string,
  version: string,
  bytes: Buffer,
  signal: AbortSignal | null = null,
) {
  const answer = await fetch(`${new URL(graphqlUrl).origin}/apps/${app}/versions/${version}`, {
    method: 'PUT',
    body: new Uint8Array(bytes),
    headers: { ...headersOf({ token }), 'content-type': 'application/zip' },
    signal,
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
