import { expect, test } from 'vitest'
import { addressRule } from './address-rule.ts'

const refused = [
  '127.0.0.1', '127.8.9.10', '0.0.0.0', '0.1.2.3', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1',
  '169.254.169.254', '169.254.0.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '192.0.2.1', '198.18.0.1',
  '198.51.100.1', '203.0.113.1', '192.0.0.192', '100.100.100.200', '168.63.129.16',
  '::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1', 'fec0::1', '2001:db8::1', '100::1', '2002:7f00:1::', '2001:0:1::',
  '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:169.254.169.254', '::ffff:10.0.0.1', '::127.0.0.1',
  '64:ff9b::7f00:1', '64:ff9b::169.254.169.254', '64:ff9b::10.0.0.1', '64:ff9b:1::7f00:1',
  '127.1', '2130706433', '0x7f000001', '0177.0.0.1', 'localhost', '',
] // biome-ignore format: a table

test.each(refused)('%s is refused', (address) => {
  expect(addressRule('').refusal(address)).not.toBeNull()
})

test.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '::ffff:1.1.1.1', '64:ff9b::1.1.1.1'])(
  '%s may be connected to',
  (address) => {
    expect(addressRule('').refusal(address)).toBeNull()
  },
)

test('networks that are given may be connected to, and no others', () => {
  const rule = addressRule('10.1.0.0/16, fd00:1::/32')
  expect(['10.1.2.3', '::ffff:10.1.2.3', 'fd00:1::5', '1.1.1.1'].map((address) => rule.refusal(address))).toEqual([null, null, null, null])
  expect(['10.2.0.1', 'fd00:2::5', '127.0.0.1'].every((address) => rule.refusal(address) !== null)).toBe(true)
  expect(addressRule('all').refusal('127.0.0.1')).toBeNull()
  expect(() => addressRule('10.1.0.0')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})
