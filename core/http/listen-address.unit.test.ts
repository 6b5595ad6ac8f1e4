import { expect, test } from 'vitest'
import { listenAddress } from './listen-address.ts'

test.each([
  ['0.0.0.0', { address: '0.0.0.0', port: 4140 }],
  ['10.0.0.5:8443', { address: '10.0.0.5', port: 8443 }],
  ['[::]:0', { address: '::', port: 0 }],
  ['[fd00::1]', { address: 'fd00::1', port: 4140 }],
  ['', null],
])('reads %s', (text, address) => {
  expect(listenAddress(text)).toEqual(address)
})

test.each(['somewhere', '10.0.0.5:', '10.0.0.5:65536', '::1', ':4140', '10.0.0:1'])('refuses %s', (text) => {
  expect(() => listenAddress(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', facts: { name: 'ELVES_LISTEN' } }))
})
