#!/usr/bin/env node
import process from 'node:process'
import { tryCommand } from './try-command.ts'

await tryCommand('elves-agent try', process.env).parseAsync(process.argv)
