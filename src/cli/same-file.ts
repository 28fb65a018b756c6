import { statSync } from 'node:fs'
import { Complaint } from './complaint.ts'

/** @throws Complaint where the output is a file that is one of the inputs, under whatever name */
export function refuseInputs(output: string | undefined, inputs: Iterable<string>): void {
  if (output === undefined) return
  const there = statSync(output, { throwIfNoEntry: false })
  // A pipe or a terminal may be both.
  if (there === undefined || !there.isFile()) return
  for (const input of inputs) {
    const facts = statSync(input, { throwIfNoEntry: false })
    if (facts === undefined || facts.dev !== there.dev || facts.ino !== there.ino) continue
    const also = input === output ? '' : ` (${output} is the same file)`
    throw new Complaint(`${input} is an input${also}; name another file with -o.`)
  }
}
