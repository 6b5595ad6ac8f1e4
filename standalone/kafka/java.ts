import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ElvesError } from '@elves/core/foundation/errors.ts'

const oldest = 17

/** Returns the path of the real java program: the `java` on the PATH may be a version manager's wrapper. Throws JAVA_MISSING. */
export async function requireJava(): Promise<string> {
  const remedy = 'Install one (for example `apt install openjdk-17-jre-headless`), or set ELVES_KAFKA_BROKERS to brokers that run already.'
  let properties: string
  try {
    const { stdout, stderr } = await promisify(execFile)('java', ['-XshowSettings:properties', '-version'], { timeout: 30_000 })
    properties = stdout + stderr
  } catch (error) {
    throw new ElvesError('JAVA_MISSING', `There is no java on the PATH, and the Kafka broker needs version ${oldest} or later. ${remedy}`, {
      cause: error,
    })
  }
  const version = Number(property(properties, 'java.specification.version'))
  if (version >= oldest) return join(property(properties, 'java.home'), 'bin', 'java')
  const message = `The java on the PATH is version ${version}, and the Kafka broker needs ${oldest} or later. ${remedy}`
  throw new ElvesError('JAVA_MISSING', message, { facts: { version } })
}

function property(text: string, name: string): string {
  return new RegExp(`^\\s*${name.replaceAll('.', '\\.')} = (.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
}
