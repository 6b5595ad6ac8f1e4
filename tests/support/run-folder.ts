import { inject } from 'vitest'
import { folderOfRun } from './platforms-of-run.ts'

/** Tells the platforms of this test file where the folder of the run is. */
process.env[folderOfRun] = inject('folderOfRun')
