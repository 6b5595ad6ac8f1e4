import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { checkedLookup } from './address-lookup.ts'
import { addressRule } from './address-rule.ts'
import { receiver } from './receiver.ts'

test('a name is answered only with addresses that may be connected to', async () => {
  const look = (networks: string) =>
    new Promise((resolve) => checkedLookup(addressRule(networks))('localhost', { all: true }, (error, addresses) => resolve(error ?? addresses)))
  expect(await look('')).toMatchObject({ code: 'ADDRESS_REFUSED' })
  expect(await look('127.0.0.0/8')).toEqual([{ address: '127.0.0.1', family: 4 }])
})

test('neither an address in a url, in whatever spelling, nor a name of it reaches a server on this machine', async () => {
  let requests = 0
  const server = createServer((_, response) => {
    requests++
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const post = async (host: string, networks: string) => {
    const one = receiver({ url: `http://${host}:${port}/`, rule: addressRule(networks), timeoutMs: 5_000, connections: 1 })
    try {
      return await one.post('{}', {}, new AbortController().signal)
    } finally {
      await one.close()
    }
  }
  try {
    for (const host of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]']) {
      expect(await post(host, '')).toMatchObject({ statusCode: null, error: expect.stringMatching(/^ADDRESS_REFUSED/) })
    }
    expect(requests).toBe(0)
    expect(await post('127.0.0.1', 'all')).toEqual({ statusCode: 200, error: null })
    expect(requests).toBe(1)
  } finally {
    server.close()
  }
})
