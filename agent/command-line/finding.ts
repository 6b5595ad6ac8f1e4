/** One line of what a host was found to have. LACKS: an agent can not work; WARN: it works, but not with all that it could do. */
export interface Finding {
  readonly state: 'OK' | 'WARN' | 'LACKS'
  readonly subject: string
  readonly text: string
}
