import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AddressRule } from '../webhook-sender/address-rule.ts'
import { checkedConnector } from '../webhook-sender/receiver.ts'
import type { InventorySource } from './inventory-file.ts'

export interface ReadSourceOptions {
  /** That of webhooks: the center must not be a way into its own network. */
  readonly rule: AddressRule
  /** Longest time of a request. */
  readonly timeoutMs: number
}

/** Of a document. */
const mostBytes = 64 * 1024 * 1024

/** Loaded at the first source that is asked by HTTP: most centers have none. */
const undici = (): typeof import('undici') => createRequire(import.meta.url)('undici')

/** Returns the text of a source. Throws where it can not be had, or is too large. */
export async function readSource(source: InventorySource, options: ReadSourceOptions, signal: AbortSignal): Promise<string> {
  if (!('file' in source)) return fetched(source, options, signal)
  const { size } = await stat(source.file)
  if (size > mostBytes) throw tooLarge()
  return readFile(source.file, { encoding: 'utf8', signal })
}

async function fetched(
  { url, headers }: Extract<InventorySource, { url: string }>,
  { rule, timeoutMs }: ReadSourceOptions,
  stopping: AbortSignal,
): Promise<string> {
  const agent = new (undici().Agent)({ connect: checkedConnector(rule, timeoutMs), headersTimeout: timeoutMs, bodyTimeout: timeoutMs })
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Error(`no whole answer within ${timeoutMs} ms`)), timeoutMs)
  try {
    const { origin, pathname, search } = new URL(url)
    const signal = AbortSignal.any([stopping, late.signal])
    // It follows no redirect: the headers, which may hold a secret, are meant for this place.
    const answer = await agent.request({
      origin,
      path: pathname + search,
      method: 'GET',
      headers: { accept: 'application/json', 'user-agent': 'Elves-Inventory', ...headers },
      signal,
    })
    if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode}`)
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > mostBytes) throw tooLarge()
      chunks.push(chunk)
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } finally {
    clearTimeout(timer)
    await agent.destroy()
  }
}

function tooLarge(): Error {
  return new Error(`it has more than ${mostBytes} bytes`)
}
