import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'

/** Of OWASP's choices for argon2id: 19 MiB, 2 passes. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const
const derive = promisify(argon2)
const passwordLimits = { least: 12, most: 1_024 } as const

/** Each takes 19 MiB and most of a core: more at once would take memory and processors from everything else. */
const atOnce = 2
const waitingAtMost = 200

/** Hashes and checks passwords by argon2id, a few at once. */
export class Passwords {
  #running = 0
  readonly #waiting: (() => void)[] = []
  /** What a password is compared with where there is no user: it takes as long, and nothing fits. */
  readonly #nobody =
    `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=1$${randomBytes(16).toString('base64url')}$${randomBytes(32).toString('base64url')}`

  /** Returns why a password can't be one, or null. Length is what counts: rules about characters make people choose worse ones. */
  static refusal(password: string, name: string): Rejection | null {
    const invalid = (message: string) => rejection('PASSWORD_INVALID', message, 'password')
    if (!password.isWellFormed() || password.length > passwordLimits.most) return invalid(`a password has at most ${passwordLimits.most} characters`)
    if ([...password].length < passwordLimits.least) return invalid(`a password has at least ${passwordLimits.least} characters`)
    if (password.toLowerCase().includes(name.toLowerCase())) return invalid('a password does not have the name of the user in it')
    return new Set(password).size < 5 ? invalid('a password has at least 5 different characters') : null
  }

  async hash(password: string): Promise<string> {
    const nonce = randomBytes(16)
    const tag = await this.#inTurn(() => derive('argon2id', { ...cost, message: password.normalize('NFKC'), nonce }))
    return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=1$${nonce.toString('base64url')}$${tag.toString('base64url')}`
  }

  /** `hash` null: nobody has such a password; the answer takes as long. Returns null where too many are waiting: nothing was checked. */
  async isRight(password: string, hash: string | null): Promise<boolean | null> {
    if (this.#waiting.length >= waitingAtMost) return null
    const [, , , parameters = '', nonce = '', tag = ''] = (hash ?? this.#nobody).split('$')
    const [memory = 0, passes = 0, parallelism = 0] = parameters.split(',').map((part) => Number(part.slice(2)))
    const wanted = Buffer.from(tag, 'base64url')
    const message = password.slice(0, passwordLimits.most).normalize('NFKC')
    const given = await this.#inTurn(() =>
      derive('argon2id', { message, nonce: Buffer.from(nonce, 'base64url'), memory, passes, parallelism, tagLength: wanted.length }),
    )
    return timingSafeEqual(given, wanted) && hash !== null
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#running += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }
}
