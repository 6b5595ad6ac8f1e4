/** Returns the partition for an agent's instructions and reports. */
export function agentPartition(agentId: string, partitions: number): number {
  return partitionOfKey(agentId, partitions)
}

/**
 * Returns the partition of a key as the default partitioner of every Kafka client does: by murmur2. The partitioner of
 * kafkajs gives the same, but its 64-bit arithmetic costs as much as the rest of a send.
 */
export function partitionOfKey(key: string, partitions: number): number {
  return partitions === 1 ? 0 : (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions
}

const multiplier = 0x5bd1e995

function murmur2(bytes: Buffer): number {
  const whole = bytes.length & ~3
  let hash = 0x9747b28c ^ bytes.length
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(bytes.readInt32LE(at), multiplier)
    word ^= word >>> 24
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier)
  }
  if (whole < bytes.length) {
    for (let at = bytes.length - 1; at >= whole; at--) hash ^= (bytes[at] as number) << (8 * (at - whole))
    hash = Math.imul(hash, multiplier)
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier)
  return hash ^ (hash >>> 15)
}
