/** For each error code of a system call that means a shortage: what there is too little of. */
const meanings: Readonly<Record<string, string>> = {
  EMFILE: 'the agent has no file descriptor left',
  ENFILE: 'the host has no file descriptor left',
  EAGAIN: 'the host starts no more processes or threads for the agent',
  ENOMEM: 'the host has no memory left for the agent',
  ENOSPC: "the agent's data folder has no room left, in bytes or in files",
  EDQUOT: "the agent's disk quota is used up",
}

/** The messages of other programs (`mkfifo`, shells) for the same errors. */
const words: readonly (readonly [RegExp, string])[] = [
  [/Too many open files in system/i, 'ENFILE'],
  [/Too many open files|No file descriptors available/i, 'EMFILE'],
  [/Resource temporarily unavailable|can(no|')t fork/i, 'EAGAIN'],
  [/Cannot allocate memory|Out of memory/i, 'ENOMEM'],
  [/No space left on device/i, 'ENOSPC'],
  [/Disk quota exceeded/i, 'EDQUOT'],
]

/**
 * Returns what there was too little of when this was thrown, or null if it has another cause. A shortage is temporary:
 * it is a reason to refuse one call, never to conclude that this host can't do something.
 */
export function shortageOf(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return shortageIn(String(thrown))
  const { code } = thrown as NodeJS.ErrnoException
  return named(code) ?? shortageOf(thrown.cause) ?? shortageIn(thrown.message)
}

/** Like {@link shortageOf}, for the error message of a program. */
function shortageIn(text: string): string | null {
  const found = words.find(([pattern]) => pattern.test(text))
  return named(found?.[1])
}

function named(code: string | undefined): string | null {
  const meaning = meanings[code ?? '']
  return meaning === undefined ? null : `${meaning} (${code})`
}
