import { Command } from 'commander'

/** Exit code of a command that was called in a way that it does not know. 1 stays for what a command finds out. */
const usageExitCode = 2

/**
 * The command line of one of our programs. `--help` prints what it can do; an option or argument that it does not know
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
