/** How many of a number of agents a text means: `10%`, rounded up, or a number. Null: it is neither. */
export function shareOf(text: string, total: number): number | null {
  const percent = /^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(text)
  if (percent) {
    const value = Number(percent[1])
    return value <= 100 ? Math.min(total, Math.ceil((total * value) / 100)) : null
  }
  return /^\d{1,7}$/.test(text) ? Math.min(Number(text), total) : null
}

/** As {@link shareOf}, rounded down and not bounded by the total: how many may fail. */
export function tolerated(text: string, total: number): number | null {
  const percent = /^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(text)
  if (percent) return Number(percent[1]) <= 100 ? Math.floor((total * Number(percent[1])) / 100) : null
  return /^\d{1,7}$/.test(text) ? Number(text) : null
}

/** Returns why these can not be the batches of a rollout, or null. */
export function faultOfBatches(batches: readonly string[]): string | null {
  if (batches.length < 1 || batches.length > 100) return 'a rollout has 1 to 100 batches'
  const wrong = batches.find((text) => shareOf(text, 1) === null)
  if (wrong !== undefined) return `${JSON.stringify(wrong)} is neither a share such as "10%" nor a number of agents`
  const grows = batches.every((text, index) => index === 0 || isMore(batches[index - 1] ?? '', text))
  return grows ? null : 'batches count those before with them, so each is larger than the one before'
}

/** Of a share and a number it is not known which is more. */
function isMore(one: string, other: string): boolean {
  const [isShare, isOtherShare] = [one.endsWith('%'), other.endsWith('%')]
  return isShare !== isOtherShare || Number.parseFloat(one) < Number.parseFloat(other)
}
