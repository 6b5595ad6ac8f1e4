import { hash, timingSafeEqual } from 'node:crypto'

/**
 * Compares two secrets in constant time, as digests, so that the duration tells neither length nor content. An empty
 * `wanted` never matches.
 */
export function isSameSecret(given: string, wanted: string): boolean {
  return wanted !== '' && timingSafeEqual(sha256(given), sha256(wanted))
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
