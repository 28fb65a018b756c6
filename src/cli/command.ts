import { CommanderError } from 'commander'
import { complaintOf } from './complain.ts'
import { endQuietlyOnClosedPipe } from './output.ts'
import { buildProgram } from './program.ts'

async function run(): Promise<void> {
  endQuietlyOnClosedPipe()
  const program = buildProgram((status) => {
    process.exitCode = status
  })
  try {
    await program.parseAsync()
  } catch (error) {
    if (error instanceof CommanderError) {
      // commander has printed its own sentence; help and version end with 0.
      process.exitCode = error.exitCode === 0 ? 0 : 2
    } else {
      process.stderr.write(`vfmig: ${complaintOf(error)}\n`)
      process.exitCode = 2
    }
  }
}

run()
