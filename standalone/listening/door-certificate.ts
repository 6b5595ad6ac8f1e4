import { execFile } from 'node:child_process'
import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import type { Certificate } from '@elves/core/http/certificate-files.ts'

const run = promisify(execFile)
const days = '3650'
const renewBeforeMs = 30 * 86_400_000

/** The certificate of a door that is open to other machines. All but the pin is PEM. */
export interface DoorCertificate extends Certificate {
  /** The authority that agents trust; it stays when the addresses of this machine change. */
  readonly ca: string
  /** SHA-256 of the public key of the certificate, in base64, as `curl --pinnedpubkey sha256//…` takes it. It stays, too. */
  readonly pin: string
}

/**
 * Returns the certificate in a folder for these host names and addresses: one of an authority of the platform's own. What is missing is
 * made; another certificate for the same key is made when the names are others, or when it is about to expire. Throws CERTIFICATE_NOT_MADE.
 */
export async function doorCertificate(folder: string, names: readonly string[]): Promise<DoorCertificate> {
  makeFolder(folder, 0o700)
  const file = (name: string) => join(folder, name)
  const config = file('openssl.cnf')
  await writeFile(config, configOf(names))
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout']
  if (!existsSync(file('ca.pem'))) {
    await openssl(['req', '-x509', '-config', config, '-days', days, ...newKey, file('ca-key.pem'), '-out', file('ca.pem.new')])
    await rename(file('ca.pem.new'), file('ca.pem'))
    await rm(file('cert.pem'), { force: true })
  }
  if (!(await fits(file('cert.pem'), names))) {
    const key = existsSync(file('key.pem')) ? ['-key', file('key.pem')] : [...newKey, file('key.pem')]
    await openssl(['req', '-new', '-config', config, ...key, '-out', file('request.pem')])
    const signing = ['-CA', file('ca.pem'), '-CAkey', file('ca-key.pem'), '-set_serial', `0x${randomBytes(15).toString('hex')}`]
    const extensions = ['-extfile', config, '-extensions', 'door']
    await openssl(['x509', '-req', '-in', file('request.pem'), ...signing, ...extensions, '-days', days, '-out', file('cert.pem.new')])
    await rename(file('cert.pem.new'), file('cert.pem'))
    await rm(file('request.pem'), { force: true })
  }
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(file(name), 'utf8')))
  return { ca: ca as string, cert: cert as string, key: key as string, pin: pinOf(cert as string) }
}

/** Returns the pin of a certificate's public key. */
export function pinOf(cert: string): string {
  const spki = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(spki).digest('base64')
}

async function fits(file: string, names: readonly string[]): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return false
  const { subjectAltName = '', validToDate } = new X509Certificate(text)
  const has = new Set(subjectAltName.split(', ').map((entry) => entry.replace(/^(DNS|IP Address):/, '').toLowerCase()))
  return names.every((name) => has.has(name.toLowerCase())) && validToDate.getTime() - Date.now() > renewBeforeMs
}

function configOf(names: readonly string[]): string {
  const alternatives = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`).join(',')
  return `[req]
prompt = no
distinguished_name = name
x509_extensions = authority
[name]
CN = Elves center
[authority]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[door]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = ${alternatives}
`
}

async function openssl(args: readonly string[]): Promise<void> {
  try {
    await run('openssl', args)
  } catch (cause) {
    const { code, stderr = '' } = cause as NodeJS.ErrnoException & { stderr?: string }
    const why = code === 'ENOENT' ? 'this machine has no openssl' : `openssl: ${stderr.trim()}`
    throw new ElvesError('CERTIFICATE_NOT_MADE', `No certificate for the open door: ${why}.`, { cause })
  }
}
