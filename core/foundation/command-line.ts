import { Command } from 'commander'

/** Exit code for an unknown option or argument. Exit code 1 is for what a command itself reports. */
const usageExitCode = 2

/**
 * Returns the command line of one of the platform's programs. `--help` prints what it can do. An unknown option or argument
 * ends the process with exit code 2 before anything is started.
 */
export function commandLine(name: string, description: string, notes = ''): Command {
  return new Command(name)
    .description(description)
    .addHelpText('after', notes === '' ? '' : `\n${notes.trimEnd()}`)
    .showHelpAfterError(`(${name} --help tells what there is)`)
    .allowExcessArguments(false)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : usageExitCode))
}

/** For a program that takes nothing but `--help`. */
export function noArguments(name: string, description: string, notes = '', argv: readonly string[] = process.argv): void {
  commandLine(name, description, notes).parse(argv)
}
