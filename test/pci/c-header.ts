import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const HEADER = '/usr/include/linux/pci_regs.h'

/** Whether the judge is there. */
export function hasCompiler(): boolean {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' })
    return existsSync(HEADER)
  } catch {
    return false
  }
}

/** Values of C expressions; those of which the macro is not defined are missing. @throws where there is no compiler */
export function evaluateInC(expressions: ReadonlySet<string>): Map<string, number> {
  const lines = [...expressions].map((expression) => {
    const macro = expression.replace(/\(.*/, '')
    return `#ifdef ${macro}\nprintf("%s %u\\n", "${expression}", (unsigned)(${expression}));\n#endif`
  })
  const program = `#include <stdio.h>\n#include <linux/pci_regs.h>\nint main(void) {\n${lines.join('\n')}\nreturn 0;\n}\n`
  const folder = mkdtempSync(join(tmpdir(), 'vfmig-'))
  try {
    const [source, binary] = [join(folder, 'constants.c'), join(folder, 'constants')]
    writeFileSync(source, program)
    execFileSync('gcc', ['-w', '-o', binary, source])
    const output = execFileSync(binary, { encoding: 'utf8' })
    const rows = output.trim().split('\n')
    return new Map(rows.map((row) => row.split(' ') as [string, string]).map(([name, value]) => [name, Number(value)]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
