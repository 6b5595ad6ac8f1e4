import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { addressList } from './address-list.ts'
import { setCookie } from './credentials.ts'
import { clientBehind } from './seen-client.ts'

const trusted = addressList('ELVES_TRUSTED_PROXIES', ['127.0.0.1', '10.0.0.0/24', 'fd00::1'], 'the proxies')
const request = (remoteAddress: string, headers: Record<string, string> = {}, encrypted = false) =>
  ({ socket: { remoteAddress, encrypted }, headers }) as unknown as IncomingMessage
const seen = (from: string, headers: Record<string, string> = {}) => clientBehind(request(from, headers), trusted)

test('nobody but a trusted proxy says who somebody is, or that TLS is there', () => {
  const headers = { 'x-forwarded-for': '192.0.2.9', 'x-forwarded-proto': 'https' }
  expect(seen('192.0.2.1', headers)).toEqual({ address: '192.0.2.1', isSecure: false })
  expect(seen('127.0.0.1', headers)).toEqual({ address: '192.0.2.9', isSecure: true })
  expect(seen('::ffff:127.0.0.1', headers)).toEqual({ address: '192.0.2.9', isSecure: true })
})

test('of several addresses the last that is no proxy counts: what a client wrote before it does not', () => {
  const behind = (forwarded: string) => seen('127.0.0.1', { 'x-forwarded-for': forwarded }).address
  expect(behind('192.0.2.7, 192.0.2.9')).toBe('192.0.2.9')
  expect(behind('192.0.2.7, 192.0.2.9, 10.0.0.5')).toBe('192.0.2.9')
  expect(behind('10.0.0.6, 10.0.0.5')).toBe('10.0.0.6')
  expect(behind('192.0.2.9:4711')).toBe('192.0.2.9')
  expect(behind('[2001:db8::1]:4711')).toBe('2001:db8::1')
  expect(behind('')).toBe('127.0.0.1')
  expect(behind('192.0.2.7, somebody')).toBe('127.0.0.1')
  expect(behind('192.0.2.7, somebody, 10.0.0.5')).toBe('10.0.0.5')
})

test('of several protocols the last counts, and TLS of the connection itself stays', () => {
  expect(seen('127.0.0.1', { 'x-forwarded-proto': 'https, http' }).isSecure).toBe(false)
  expect(seen('127.0.0.1', { 'x-forwarded-proto': 'http, HTTPS' }).isSecure).toBe(true)
  expect(clientBehind(request('127.0.0.1', { 'x-forwarded-proto': 'http' }, true), trusted).isSecure).toBe(true)
  expect(setCookie(request('192.0.2.1', { host: 'elves.example' }, true), 't', null)).toContain('; Secure')
  expect(setCookie(request('192.0.2.1', { host: 'elves.example', 'x-forwarded-proto': 'https' }), 't', null)).not.toContain('Secure')
})

test.each([['0.0.0.0/0'], ['::/0'], ['10.0.0'], ['10.0.0.0/33']])('does not start with %s', (address) => {
  expect(() => addressList('ELVES_TRUSTED_PROXIES', [address], 'the proxies')).toThrow(/ELVES_TRUSTED_PROXIES/)
})
